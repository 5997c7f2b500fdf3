// Batches (batch.md): lines under a Merkle sum tree. Amounts, totals and positions are BigInts.

import { FormatError, ProofError } from "./errors.js";
import { HASH_BYTES, hashLeaf, hashSumNode } from "./hashes.js";
import { decodeInteger, encodeInteger, isSame, join } from "./parse.js";

const COUNT_MAX = 1_000_000n;
const TOTAL_MAX = 2n ** 53n - 1n;

async function hashLine(amount, commitment) {
  return { hash: await hashLeaf(join(encodeInteger(amount, 8), commitment)), total: amount };
}

/** How far into the batch's total a line lies that `path` ([hash, total], lowest first) leads to the signed root. */
export async function lineOffset({ amount, commitment, index, count, total, root, path }) {
  if (!(count >= 1n && count <= COUNT_MAX && index >= 0n && index < count)) {
    throw new ProofError(`line: ${index} of ${count} is no line of a batch`);
  }
  if (!(amount >= 0n && amount <= total && total <= TOTAL_MAX)) {
    throw new ProofError(`line: an amount of ${amount} does not fit into a total of ${total}`);
  }
  if (commitment.length !== HASH_BYTES) throw new ProofError("line: the commitment has not 32 bytes");
  let node = await hashLine(amount, commitment);
  let [offset, used] = [0n, 0];
  for (let [at, last] = [index, count - 1n]; last > 0n; at >>= 1n, last >>= 1n) {
    if (!(at & 1n) && at === last) continue;
    if (used === path.length) throw new ProofError("line: a sibling is missing");
    const [hash, sum] = path[used];
    used += 1;
    if (hash.length !== HASH_BYTES || sum < 0n || sum > total - node.total) {
      throw new ProofError(`line: sibling ${used} does not fit into a total of ${total}`);
    }
    const sibling = { hash, total: sum };
    const [left, right] = at & 1n ? [sibling, node] : [node, sibling];
    if (at & 1n) offset += sum;
    node = { hash: await hashSumNode(left, right), total: node.total + sum };
  }
  if (used !== path.length) throw new ProofError(`line: ${path.length - used} siblings are left over`);
  if (node.total !== total || !isSame(node.hash, root)) {
    throw new ProofError("line: the path does not lead to the root");
  }
  return offset;
}

/** Count, total and root of one column of a batch file with `columns` of them. */
export async function batchRoot(bytes, { column = 0, columns = 1 } = {}) {
  const size = 8 * columns + HASH_BYTES;
  if (bytes.length === 0 || bytes.length % size !== 0 || BigInt(bytes.length / size) > COUNT_MAX) {
    throw new FormatError(`batch: ${bytes.length} bytes are no lines of ${size}`);
  }
  if (column < 0 || column >= columns) throw new FormatError(`batch: no column ${column} of ${columns}`);
  const nodes = [];
  const sums = new Array(columns).fill(0n);
  for (let at = 0; at < bytes.length; at += size) {
    for (let each = 0; each < columns; each += 1) {
      const amount = decodeInteger(bytes.slice(at + 8 * each, at + 8 * each + 8));
      if (columns === 1 && amount === 0n) throw new FormatError(`batch: line ${at / size} has no amount`);
      sums[each] += amount;
      if (sums[each] > TOTAL_MAX) throw new FormatError("batch: the amounts pass 2^53-1");
      if (each === column) nodes.push(hashLine(amount, bytes.slice(at + 8 * columns, at + size)));
    }
  }
  const leaves = await Promise.all(nodes);
  const root = await sumRoot(leaves);
  return { count: leaves.length, total: root.total, root: root.hash };
}

async function sumRoot(nodes) {
  let level = nodes;
  while (level.length > 1) {
    const pairs = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at], level[at + 1]];
      pairs.push(right === undefined ? left : joined(left, right));
    }
    level = await Promise.all(pairs);
  }
  return level[0];
}

async function joined(left, right) {
  return { hash: await hashSumNode(left, right), total: left.total + right.total };
}
