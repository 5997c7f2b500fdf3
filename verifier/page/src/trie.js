// Tries (trie.md): maps that prove that a row is there, that none is, or that no exit touches an interval.
//
// A proof is {key, value, path: [[bit, sibling], …]}, root first, or null for an empty map. A root is bytes.

import { ProofError } from "./errors.js";
import { HASH_BYTES, hashExit, hashTrieKey, hashTrieLeaf, hashTrieNode, sha256 } from "./hashes.js";
import { decodeInteger, encodeInteger, encodeText, isSame, join } from "./parse.js";

const ACCOUNT_BYTES = 24;
const POSITION_MAX = 2n ** 64n - 1n;

function bitOf(key, bit) {
  return (key[bit >> 3] >> (7 - (bit & 7))) & 1;
}

function isBelow(left, right) {
  return decodeInteger(left) < decodeInteger(right);
}

/** Verify that the leaf of a proof stands under the root. */
async function verifyLeaf(proof, root, what) {
  const hashes = [proof.key, proof.value, ...proof.path.map(([, sibling]) => sibling)];
  if (hashes.some((hash) => hash.length !== HASH_BYTES)) throw new ProofError(`${what}: a hash has not 32 bytes`);
  const bits = proof.path.map(([bit]) => bit);
  if (bits.some((bit, at) => !Number.isInteger(bit) || bit < 0 || bit > 255 || (at > 0 && bit <= bits[at - 1]))) {
    throw new ProofError(`${what}: the bits of the path do not rise within 0 to 255`);
  }
  let hash = await hashTrieLeaf(proof.key, proof.value);
  for (const [bit, sibling] of [...proof.path].reverse()) {
    hash = bitOf(proof.key, bit) ? await hashTrieNode(bit, sibling, hash) : await hashTrieNode(bit, hash, sibling);
  }
  if (!isSame(hash, root)) throw new ProofError(`${what}: the path does not lead to the root of the map`);
}

async function verifyEmpty(root, what) {
  if (!isSame(root, await sha256())) throw new ProofError(`${what}: the map is not empty, and no leaf of it is shown`);
}

/** The row hash under `key`, or null where the map is proven to have none. */
export async function findRow({ root, key, proof, what }) {
  if (proof === null) {
    await verifyEmpty(root, what);
    return null;
  }
  await verifyLeaf(proof, root, what);
  if (proof.path.some(([bit]) => bitOf(key, bit) !== bitOf(proof.key, bit))) {
    throw new ProofError(`${what}: the path leads elsewhere than to the row`);
  }
  return isSame(proof.key, key) ? proof.value : null;
}

/** The key of an exit that starts at `start`, a BigInt. */
export async function exitKey(account, start) {
  return join((await hashTrieKey("exits", encodeText(account))).slice(0, ACCOUNT_BYTES), encodeInteger(start, 8));
}

/** Verify that no exit of `account` touches [u, v), BigInts. `opening` is [end, leaf index] or null. */
export async function verifyNoExit({ root, account, u, v, predecessor, opening, successor, what }) {
  if (!(u >= 0n && u < v && v <= POSITION_MAX)) throw new ProofError(`${what}: [${u}, ${v}) is no interval`);
  if (predecessor === null && successor === null) {
    if (opening !== null) throw new ProofError(`${what}: an opening without an exit`);
    return verifyEmpty(root, what);
  }
  if (predecessor !== null) await verifyLeaf(predecessor, root, `${what}: predecessor`);
  if (successor !== null) await verifyLeaf(successor, root, `${what}: successor`);
  const last = await exitKey(account, v - 1n);
  const isBefore = predecessor === null || !isBelow(last, predecessor.key);
  if (!isBefore || (successor !== null && !isBelow(last, successor.key))) {
    throw new ProofError(`${what}: the neighbours do not stand on both sides of ${v - 1n}`);
  }
  verifyNeighbours(predecessor, successor, what);
  const isOwn = predecessor !== null
    && isSame(predecessor.key.slice(0, ACCOUNT_BYTES), last.slice(0, ACCOUNT_BYTES));
  if (isOwn !== (opening !== null)) {
    throw new ProofError(`${what}: an exit is opened exactly where it is this account's`);
  }
  if (!isOwn) return undefined;
  const [end, index] = opening;
  if (end < 0n || end > POSITION_MAX || index < 0n || index > POSITION_MAX
    || !isSame(await hashExit(end, index), predecessor.value)) {
    throw new ProofError(`${what}: the exit before does not open`);
  }
  if (end > u) throw new ProofError(`${what}: an exit up to ${end} touches [${u}, ${v})`);
  return undefined;
}

/** Nothing stands between them: beyond the first difference one goes always right, the other always left. */
function verifyNeighbours(predecessor, successor, what) {
  let first = -1;
  if (predecessor !== null && successor !== null) {
    first = 0;
    while (bitOf(predecessor.key, first) === bitOf(successor.key, first)) first += 1;
    if (![predecessor, successor].every(({ path }) => path.some(([bit]) => bit === first))) {
      throw new ProofError(`${what}: the paths do not part where the keys do`);
    }
  }
  for (const [proof, wanted] of [[predecessor, 1], [successor, 0]]) {
    if (proof !== null && proof.path.some(([bit]) => bit > first && bitOf(proof.key, bit) !== wanted)) {
      throw new ProofError(`${what}: there may be an exit between the neighbours`);
    }
  }
}
