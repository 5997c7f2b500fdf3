// Signed notes (signed-note.md): a text, an empty line, and one or more lines "— NAME base64(ID || SIGNATURE)".

import { FormatError, SignatureError } from "./errors.js";
import { checkKeyName, NOTE_KEY } from "./keys.js";
import { decodeText, encodeText, formatHex, parseBase64, quoted } from "./parse.js";
import { verifySignature } from "./signature.js";

const NOTE_BYTES_MAX = 256 * 1024;
const SIGNATURES_MAX = 100;
const LINE_START = "— ";
const BLOB_BYTES_MIN = 5;

/** The text and the signature lines of a note. */
export function parseNote(bytes, what) {
  if (bytes.length > NOTE_BYTES_MAX) {
    throw new FormatError(`${what}: expected at most ${NOTE_BYTES_MAX} bytes, got ${bytes.length}`);
  }
  const note = decodeText(bytes, what);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new FormatError(`${what}: a control character other than LF`);
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) {
    throw new FormatError(`${what}: expected an empty line and signatures behind it`);
  }
  const lines = note.slice(end + 2).split("\n").slice(0, -1);
  if (lines.length < 1 || lines.length > SIGNATURES_MAX) {
    throw new FormatError(`${what}: expected 1 to ${SIGNATURES_MAX} signatures, got ${lines.length}`);
  }
  return { text: note.slice(0, end + 1), signatures: lines.map((line) => parseSignatureLine(line, what)) };
}

/** One signature line without its LF. */
export function parseSignatureLine(line, what) {
  const space = line.indexOf(" ", LINE_START.length);
  if (!line.startsWith(LINE_START) || space < 0) {
    throw new FormatError(`${what}: expected a signature line "— name base64", got ${quoted(line)}`);
  }
  const name = line.slice(LINE_START.length, space);
  checkKeyName(name, what);
  const blob = parseBase64(line.slice(space + 1), `${what}: signature of ${name}`);
  if (blob.length < BLOB_BYTES_MIN) throw new FormatError(`${what}: the signature of ${name} is too short`);
  const id = formatHex(blob.slice(0, 4));
  return { name, id, signer: `${name}+${id}`, blob, signature: blob.slice(4) };
}

/** Keys by the pair of name and ID that finds them; two keys under one pair are a mistake in the trust. */
export function keysBySigner(keys, what) {
  const found = new Map();
  for (const key of keys) {
    const other = found.get(key.signer);
    if (other !== undefined && other.vkey !== key.vkey) {
      throw new SignatureError(`${what}: two keys have the name and ID ${key.signer}`);
    }
    found.set(key.signer, key);
  }
  return found;
}

/** Verify a note by trusted keys of type 01; the signers whose lines verified, in the order of the lines. */
export async function verifyNote(note, keys, what) {
  const known = keysBySigner(keys, what);
  const verified = [];
  for (const { signer, signature } of note.signatures) {
    const key = known.get(signer);
    if (key !== undefined && key.type === NOTE_KEY && !verified.includes(signer)) {
      await verifySignature({ key: key.key, message: encodeText(note.text), signature, what: `${what}: ${signer}` });
      verified.push(signer);
    }
  }
  if (verified.length === 0) throw new SignatureError(`${what}: no known key signed it`);
  return verified;
}
