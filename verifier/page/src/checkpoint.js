// Checkpoints (checkpoint.md): origin, size and root, as the log signs them.

import { FormatError, SignatureError } from "./errors.js";
import { HASH_BYTES } from "./hashes.js";
import { NOTE_KEY } from "./keys.js";
import { encodeText, parseBase64, parseDecimal } from "./parse.js";
import { verifyNote } from "./note.js";

const ORIGIN_BYTES_MAX = 255;

/** What the text of a checkpoint says; the size is a BigInt. */
export function parseCheckpoint(text, what) {
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) throw new FormatError(`${what}: a control character other than LF`);
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.length < 3 || lines.includes("")) {
    throw new FormatError(`${what}: expected lines with origin, size and root, each with its LF and none empty`);
  }
  const [origin, size, root, ...extensions] = lines;
  if (encodeText(origin).length > ORIGIN_BYTES_MAX) {
    throw new FormatError(`${what}: expected an origin of at most ${ORIGIN_BYTES_MAX} bytes`);
  }
  return {
    origin,
    size: parseDecimal(size, `${what}: tree size`),
    root: parseBase64(root, `${what}: root`, HASH_BYTES),
    extensions,
  };
}

/** The checkpoint of a note that the log `origin` signed with one of `keys` that is named after it. */
export async function openCheckpoint(note, { keys, origin, what }) {
  const own = keys.filter((key) => key.name === origin && key.type === NOTE_KEY);
  const checkpoint = parseCheckpoint(note.text, what);
  if (checkpoint.origin !== origin) {
    throw new SignatureError(`${what}: expected the log ${origin}, got ${checkpoint.origin}`);
  }
  await verifyNote(note, own, what);
  return checkpoint;
}
