// Every hash that the formats name. The first byte says what is hashed, so one made for one purpose serves no other.

import { FormatError } from "./errors.js";
import { encodeInteger, encodeText, join } from "./parse.js";

export const HASH_BYTES = 32;

/** SHA-256 of parts, one after another. */
export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
}

function marked(mark, ...parts) {
  return sha256(Uint8Array.of(mark), ...parts);
}

function sized(bytes, size, what) {
  if (!(bytes instanceof Uint8Array) || bytes.length !== size) throw new FormatError(`${what}: expected ${size} bytes`);
  return bytes;
}

export const hashLeaf = (leaf) => marked(0x00, leaf);

export const hashNode = (left, right) => marked(0x01, left, right);

export const hashSumNode = (left, right) =>
  marked(0x01, left.hash, encodeInteger(left.total, 8), right.hash, encodeInteger(right.total, 8));

/** The commitment to an opening: bytes of canonical JSON, hidden by a salt. */
export const hashCommitment = async (salt, opening) =>
  marked(0x02, sized(salt, HASH_BYTES, "salt"), opening);

export const hashBody = (body) => marked(0x03, body);

export const nextSalt = async (salt, nonce) =>
  marked(0x04, sized(salt, HASH_BYTES, "salt"), sized(nonce, 16, "nonce"));

export const hashEffect = async (nonce, moves) => marked(0x05, sized(nonce, 16, "nonce"), moves);

/** The hash of a row; `salt` is null in the map `published`. */
export const hashRow = async (salt, row) =>
  marked(0x06, salt === null ? new Uint8Array() : sized(salt, HASH_BYTES, "salt"), row);

export const hashTrieLeaf = (key, row) => marked(0x07, key, row);

export const hashTrieNode = (bit, left, right) => marked(0x08, Uint8Array.of(bit), left, right);

/** The key of a row in a map; `name` is bytes. */
export const hashTrieKey = (map, name) => marked(0x09, encodeText(map), Uint8Array.of(0), name);

export const hashExit = (end, index) => marked(0x0a, encodeInteger(end, 8), encodeInteger(index, 8));

/** The name of a batch file with columns. */
export const hashColumns = async (roots) =>
  marked(0x0b, ...roots.map((root) => sized(root, HASH_BYTES, "root of a column")));

export const hashText = (text) => sha256(text);
