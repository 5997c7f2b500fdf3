// The tree of RFC 6962 and its proofs (merkle.md). Sizes and indices are BigInts.

import { ProofError } from "./errors.js";
import { HASH_BYTES, hashLeaf, hashNode, sha256 } from "./hashes.js";
import { isSame } from "./parse.js";

const SIZE_MAX = 2n ** 63n - 1n;

/** The largest power of two below `count`. */
function splitOf(count) {
  return 1n << BigInt((count - 1n).toString(2).length - 1);
}

/** The root of a tree of these leaves. */
export async function rootOf(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return hashLeaf(leaves[0]);
  const middle = Number(splitOf(BigInt(leaves.length)));
  return hashNode(await rootOf(leaves.slice(0, middle)), await rootOf(leaves.slice(middle)));
}

/** Verify that a leaf hash stands at `index` of the tree of `size` leaves with `root`. */
export function verifyInclusion({ leaf, index, size, path, root }) {
  return verifySubtree({ start: index, end: index + 1n, size, subtree: leaf, path, root });
}

/** Verify that the tree of `oldSize` leaves is a prefix of that of `newSize`. */
export function verifyConsistency({ oldSize, newSize, oldRoot, newRoot, path }) {
  return verifySubtree({ start: 0n, end: oldSize, size: newSize, subtree: oldRoot, path, root: newRoot });
}

/** Verify that [start, end) with hash `subtree` is a part of the tree of `size` leaves with `root`. */
export async function verifySubtree({ start, end, size, subtree, path, root }) {
  if (!(start >= 0n && start < end && end <= size && size <= SIZE_MAX)) {
    throw new ProofError(`proof: [${start}, ${end}) is no part of a tree of ${size}`);
  }
  const width = end - start === 1n ? 1n : splitOf(end - start) << 1n;
  if (start % width !== 0n) throw new ProofError(`proof: [${start}, ${end}) is no subtree`);
  const turns = descend(start, end, size);
  const isSplit = turns.includes("split");
  const wanted = turns.length + (isSplit ? 1 : 0);
  if (path.length !== wanted) throw new ProofError(`proof: expected ${wanted} hashes, got ${path.length}`);
  checkHashes([subtree, root, ...path]);
  const siblings = isSplit ? path.slice(1) : path;
  let part = isSplit ? path[0] : subtree;
  let whole = part;
  for (const [at, turn] of turns.reverse().entries()) {
    const sibling = siblings[at];
    if (turn === "split") part = await hashNode(sibling, part);
    whole = turn === "left" ? await hashNode(whole, sibling) : await hashNode(sibling, whole);
  }
  if (!isSame(part, subtree) || !isSame(whole, root)) throw new ProofError("proof: the hashes do not lead to the root");
}

function descend(start, end, size) {
  const turns = [];
  let [low, high, from] = [0n, size, start];
  while (low !== from || high !== end) {
    const middle = low + splitOf(high - low);
    if (end <= middle) {
      turns.push("left");
      high = middle;
    } else if (from >= middle) {
      turns.push("right");
      low = middle;
    } else {
      turns.push("split");
      [low, from] = [middle, middle];
    }
  }
  return turns;
}

/** Verify that all these leaves ([index, leaf hash]) stand under one root. */
export async function verifyMultiproof({ leaves, size, path, root }) {
  if (leaves.length === 0) throw new ProofError("multiproof: no leaf is shown");
  if (leaves.some(([index]) => index < 0n || index >= size)) {
    throw new ProofError(`multiproof: a leaf is outside a tree of ${size}`);
  }
  if (new Set(leaves.map(([index]) => index)).size !== leaves.length) {
    throw new ProofError("multiproof: a leaf is shown twice");
  }
  if (size > SIZE_MAX) throw new ProofError(`multiproof: size ${size} is above 2^63-1`);
  checkHashes([root, ...path, ...leaves.map(([, hash]) => hash)]);
  let used = 0;

  async function hashRange(low, high, shown) {
    if (shown.length === 0) {
      if (used === path.length) throw new ProofError("multiproof: a hash is missing");
      used += 1;
      return path[used - 1];
    }
    if (high - low === 1n) return shown[0][1];
    const middle = low + splitOf(high - low);
    const left = await hashRange(low, middle, shown.filter(([index]) => index < middle));
    return hashNode(left, await hashRange(middle, high, shown.filter(([index]) => index >= middle)));
  }

  const found = await hashRange(0n, size, leaves);
  if (used !== path.length) throw new ProofError(`multiproof: ${path.length - used} hashes are left over`);
  if (!isSame(found, root)) throw new ProofError("multiproof: the leaves do not lead to the root");
}

function checkHashes(hashes) {
  if (hashes.some((hash) => hash.length !== HASH_BYTES)) throw new ProofError("proof: a hash has not 32 bytes");
}
