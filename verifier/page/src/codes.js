// Writes QR codes, and finds them in a picture: a photograph or a scan of a printed sheet, or of a part of it.
//
// Each code has three corners, and among the eighteen of a sheet of six the reader guesses wrong which three belong
// together as soon as the picture is not quite square to the sheet. So the picture is first parted into islands of
// ink with blank paper around them, and each island is read alone.

import { encodeQR } from "./qr.js";
import { decodeQRBatch } from "./qr_decode.js";

const BORDER = 4; // modules of blank paper that a code needs around it
const SIDE_MAX = 4096;
const CELLS = 120; // along the longer side; the blank around a printed code is three of them or more
const CELLS_MIN = 6; // a smaller island is a line of text or a crease
const FILLED_MIN = 0.35;
const LENGTHS_MAX = 2; // how much longer than broad a code can look, seen from aslant
const INKED_MIN = 0.35; // contrast, as a share of the highest in the picture
const ISLANDS_MAX = 24;
// What one size hides in noise or in blur, another shows: half of the sizes will do for a hard picture.
const SCALES = Object.freeze([1, 1.2, 0.85, 0.6, 1.4, 0.7, 0.5, 2, 0.35]);
const EFFORT = 64;
const TIME_MS = 2000;

/** The modules of the smallest code that says these bytes, row by row, true where dark. */
export function modulesOf(bytes) {
  return encodeQR("", "raw", { ecc: "medium", encoding: "byte", border: BORDER, textEncoder: () => bytes });
}

/** The pixels of a picture file, made smaller where it is very large; null where it is no picture. */
export async function pixelsOf(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return null;
  }
  const scale = Math.min(1, SIDE_MAX / Math.max(bitmap.width, bitmap.height));
  return drawn(bitmap, bitmap, scale);
}

/** The bytes of every code that can be read in a picture. */
export async function codesIn(pixels) {
  const found = [];
  for (const island of islandsOf(pixels)) found.push(...await readCodes(island));
  return found.length > 0 ? found : readCodes(pixels);
}

async function readCodes(pixels) {
  const most = SIDE_MAX / Math.max(pixels.width, pixels.height); // beyond it the reader takes none
  for (const scale of SCALES.filter((one) => one <= most)) {
    const picture = scale === 1 ? pixels : scaled(pixels, scale);
    const [results] = await decodeQRBatch([picture], {
      maxSize: { width: picture.width, height: picture.height }, effort: EFFORT, timeLimit: TIME_MS,
      // One character for each byte, whatever the bytes mean.
      textDecoder: (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""),
    });
    const texts = results.filter((result) => typeof result === "string");
    if (texts.length > 0) return texts.map((text) => Uint8Array.from(text, (character) => character.charCodeAt(0)));
  }
  return [];
}

function scaled({ data, width, height }, scale) {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
  return drawn(canvas, { width, height }, scale);
}

function drawn(source, { width, height }, scale) {
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  // What lets light through is paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** Parts of a picture that may each hold a code, the largest first, with all that is around them made white. */
function islandsOf(pixels) {
  const grid = gridOf(pixels);
  return islandsIn(grid)
    .filter(({ cells, left, right, top, bottom }) => {
      const [breadth, length] = [right - left + 1, bottom - top + 1].sort((a, b) => a - b);
      return breadth >= CELLS_MIN && length <= LENGTHS_MAX * breadth && cells.size > FILLED_MIN * breadth * length;
    })
    .sort((a, b) => b.cells.size - a.cells.size)
    .slice(0, ISLANDS_MAX)
    .map((island) => cutOut(pixels, grid, island));
}

/** The picture in square cells, and which of them have ink and paper side by side. */
function gridOf({ data, width, height }) {
  const side = Math.max(1, Math.ceil(Math.max(width, height) / CELLS));
  const [columns, rows] = [Math.ceil(width / side), Math.ceil(height / side)];
  const darkest = new Uint8Array(columns * rows).fill(255);
  const lightest = new Uint8Array(columns * rows);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y / side) * columns;
    for (let x = 0; x < width; x += 1) {
      const green = data[4 * (y * width + x) + 1];
      const cell = row + Math.floor(x / side);
      if (green < darkest[cell]) darkest[cell] = green;
      if (green > lightest[cell]) lightest[cell] = green;
    }
  }
  const contrasts = lightest.map((light, cell) => light - darkest[cell]);
  const least = INKED_MIN * contrasts.reduce((most, contrast) => Math.max(most, contrast), 0);
  return { side, columns, rows, isInked: (cell) => contrasts[cell] > least };
}

/** The cells around a cell, itself among them. */
function around(cell, { columns, rows }) {
  const [x, y] = [cell % columns, Math.floor(cell / columns)];
  const near = [];
  for (let row = Math.max(0, y - 1); row <= Math.min(rows - 1, y + 1); row += 1) {
    for (let column = Math.max(0, x - 1); column <= Math.min(columns - 1, x + 1); column += 1) {
      near.push(row * columns + column);
    }
  }
  return near;
}

function islandsIn(grid) {
  const seen = new Set();
  const islands = [];
  for (let start = 0; start < grid.columns * grid.rows; start += 1) {
    if (!grid.isInked(start) || seen.has(start)) continue;
    const cells = new Set([start]);
    // A set is walked in the order in which it grows.
    for (const cell of cells) {
      for (const near of around(cell, grid)) if (grid.isInked(near)) cells.add(near);
    }
    for (const cell of cells) seen.add(cell);
    const [columns, rows] = [(cell) => cell % grid.columns, (cell) => Math.floor(cell / grid.columns)]
      .map((place) => Array.from(cells, place).sort((a, b) => a - b));
    islands.push({ cells, left: columns[0], right: columns.at(-1), top: rows[0], bottom: rows.at(-1) });
  }
  return islands;
}

/** One island with a margin of one cell. */
function cutOut({ data, width, height }, grid, { cells, left, right, top, bottom }) {
  const { side } = grid;
  const [startX, startY] = [Math.max(0, (left - 1) * side), Math.max(0, (top - 1) * side)];
  const [endX, endY] = [Math.min(width, (right + 2) * side), Math.min(height, (bottom + 2) * side)];
  const cut = new Uint8ClampedArray(4 * (endX - startX) * (endY - startY)).fill(255);
  const kept = new Set(Array.from(cells, (cell) => around(cell, grid)).flat());
  for (const cell of kept) {
    const x = (cell % grid.columns) * side;
    const y = Math.floor(cell / grid.columns) * side;
    const till = Math.min(x + side, width);
    for (let line = y; line < Math.min(y + side, height); line += 1) {
      cut.set(data.subarray(4 * (line * width + x), 4 * (line * width + till)),
        4 * ((line - startY) * (endX - startX) + x - startX));
    }
  }
  return { data: cut, width: endX - startX, height: endY - startY };
}
