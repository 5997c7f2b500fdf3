// Keys of signed notes (signed-note.md): NAME + "+" + hex8(ID) + "+" + base64(TYPE || PUBLIC).

import { FormatError } from "./errors.js";
import { sha256 } from "./hashes.js";
import { encodeText, formatHex, isSame, parseBase64, parseHex, quoted } from "./parse.js";

export const NOTE_KEY = 0x01;
export const COSIGNER_KEY = 0x04;
export const ML_DSA_KEY = 0x06;

const PUBLIC_BYTES = new Map([[NOTE_KEY, 32], [COSIGNER_KEY, 32], [ML_DSA_KEY, 1312]]);
const NAME_BYTES_MAX = 255;
// A plus, a control, white space.
const NOT_IN_NAMES = /[+\u0000-\u0020\u007f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Refuse a name that a key may not have: empty, too long, with a plus, a control or white space. */
export function checkKeyName(name, what) {
  const bytes = encodeText(name).length;
  if (bytes < 1 || bytes > NAME_BYTES_MAX || NOT_IN_NAMES.test(name)) {
    throw new FormatError(`${what}: expected a key name of 1 to ${NAME_BYTES_MAX} bytes without plus, controls and `
      + `white space, got ${quoted(name)}`);
  }
}

/** A verifier key: its name, its ID (8 hex digits), its type and its public bytes. The ID is worked out again. */
export async function parseVkey(text, what) {
  const first = text.indexOf("+");
  const second = text.indexOf("+", first + 1);
  if (first < 0 || second < 0) throw new FormatError(`${what}: expected name+id+key, got ${quoted(text)}`);
  const name = text.slice(0, first);
  checkKeyName(name, what);
  const id = parseHex(text.slice(first + 1, second), `${what}: key ID`, 4);
  const typed = parseBase64(text.slice(second + 1), `${what}: key`);
  const [type, key] = [typed[0], typed.slice(1)];
  if (PUBLIC_BYTES.get(type) !== key.length) {
    throw new FormatError(`${what}: expected a type 01, 04 or 06 and as many bytes as it has, got ${quoted(text)}`);
  }
  const known = (await sha256(encodeText(`${name}\n`), typed)).slice(0, 4);
  if (!isSame(id, known)) {
    throw new FormatError(`${what}: expected key ID ${formatHex(known)}, got ${formatHex(id)}`);
  }
  return Object.freeze({ name, id: formatHex(id), type, key, vkey: text, signer: `${name}+${formatHex(id)}` });
}
