// A picture as a camera or a scanner gives it back: seen from aslant, in uneven light, noisy, blurred, as JPEG.
//
// `corners` says where the four corners of the picture come to lie, in shares of the new one's width and height.

globalThis.photograph = async (png, { width, height, corners, shade = 0, noise = 0, blur = 0, quality = 0.6 }) => {
  const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes]));
  const [w, h] = [bitmap.width, bitmap.height];
  const before = new OffscreenCanvas(w, h).getContext("2d");
  before.drawImage(bitmap, 0, 0);
  const source = before.getImageData(0, 0, w, h).data;
  const at = backwards(corners.map(([x, y]) => [x * width, y * height]), [[0, 0], [w, 0], [w, h], [0, h]]);

  let seed = 1;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  const picture = new ImageData(width, height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (const [dx, dy] of [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]) {
        const [u, v] = at(x + dx, y + dy).map(Math.floor);
        sum += u >= 0 && v >= 0 && u < w && v < h ? source[4 * (v * w + u)] : 90; // a table of grey wood
      }
      const value = (40 + sum / 4 * 0.75) * (1 - shade * x / width) + (random() - 0.5) * noise;
      picture.data.set([value, value, value, 255], 4 * (y * width + x));
    }
  }
  const sharp = new OffscreenCanvas(width, height);
  sharp.getContext("2d").putImageData(picture, 0, 0);
  const taken = new OffscreenCanvas(width, height);
  const context = taken.getContext("2d");
  context.filter = blur === 0 ? "none" : `blur(${blur}px)`;
  context.drawImage(sharp, 0, 0);
  const jpeg = new Uint8Array(await (await taken.convertToBlob({ type: "image/jpeg", quality })).arrayBuffer());
  return btoa(Array.from(jpeg, (byte) => String.fromCharCode(byte)).join(""));
};

/** The projection that takes each point of `from` to that of `to`: eight equations, by elimination. */
function backwards(from, to) {
  const rows = from.flatMap(([x, y], at) => [
    [x, y, 1, 0, 0, 0, -to[at][0] * x, -to[at][0] * y, to[at][0]],
    [0, 0, 0, x, y, 1, -to[at][1] * x, -to[at][1] * y, to[at][1]],
  ]);
  for (let at = 0; at < 8; at += 1) {
    const best = rows.slice(at).reduce((most, row) => (Math.abs(row[at]) > Math.abs(most[at]) ? row : most));
    rows.splice(rows.indexOf(best), 1);
    rows.splice(at, 0, best);
    for (const row of rows) {
      if (row !== best) {
        const times = row[at] / best[at];
        for (let column = at; column < 9; column += 1) row[column] -= times * best[column];
      }
    }
  }
  const [a, b, c, d, e, f, g, i] = rows.map((row, at) => row[8] / row[at]);
  return (x, y) => [(a * x + b * y + c) / (g * x + i * y + 1), (d * x + e * y + f) / (g * x + i * y + 1)];
}
