// Checks a receipt against a policy, in the order of receipt.md, and says what it proves.

import { signersOf, verifyTrust } from "./charter.js";
import { lineOffset } from "./batch.js";
import { parseBody, parseEntry, splitLeaf, verifyEntry } from "./entry.js";
import { CannotTell, FormatError, ProofError } from "./errors.js";
import { hashBody, hashCommitment, hashLeaf, hashRow, hashText, hashTrieKey } from "./hashes.js";
import { verifyMultiproof } from "./merkle.js";
import { encodeJson, encodeText, formatHex, isSame, parseHex } from "./parse.js";
import { quorumCount, verifyCheckpoint, vouchedSince } from "./policy.js";
import { parseReceipt } from "./receipt_file.js";
import { claimsOf, judgementDay, judgeNotice, newestTerms } from "./register.js";
import { checkType } from "./shapes.js";
import { findRow, verifyNoExit } from "./trie.js";
import { judge, mergeParts, walk } from "./walk.js";
import { worthOf } from "./worth.js";

const ROOTS = Object.freeze(["accounts", "exits", "figures", "published", "register"]);

/** What a receipt says, every check passed; `now` and ages are in seconds. */
export async function verifyReceipt(bytes, policy, { now, maxAgeSeconds = null }) {
  const receipt = parseReceipt(bytes);
  const checkpoint = await verifyCheckpoint(policy, encodeText(receipt.checkpoint));
  const leaves = await openLeaves(receipt, { policy, checkpoint });
  const last = leaves.get(Number(checkpoint.size - 1n));
  const balance = last.stamp.balance;
  const rows = await openRows(receipt, leaves, balance);
  const shown = { receipt, leaves, balance, rows, bodies: await openBodies(receipt, leaves) };
  const asOf = momentOf(leaves, leaves.has(balance) ? balance : last.stamp.index);
  const about = await SUBJECTS[receipt.subject](shown);
  const cautions = [...trustCautions({ policy, checkpoint, leaves, last, now }), ...about.cautions];
  checkAge(asOf, { now, maxAgeSeconds });
  return {
    subject: receipt.subject,
    origin: checkpoint.origin,
    size: Number(checkpoint.size),
    leaves: [...leaves.keys()],
    witnesses: policy.witnesses.length,
    cosigned: checkpoint.cosigners.map(([name, time]) => [name, Number(time)]),
    quorum: quorumCount(policy),
    vouched_unix_s: secondsOf(vouchedSince(policy, checkpoint.cosigners)),
    as_of: asOf,
    rows: receipt.rows.length,
    unit: null, line: null, hops: [], pieces: [], branches: [], cover: null, entry: null, terms: null,
    ...about,
    cautions,
  };
}

function secondsOf(time) {
  return time === null ? null : Number(time);
}

function momentOf(leaves, index) {
  return { index, time_unix_ms: leaves.get(index)?.stamp.time_unix_ms ?? null };
}

/** Steps 2 to 4: the shown leaves stand under the root, and their signers are the charter's. */
async function openLeaves(receipt, { policy, checkpoint }) {
  const { origin, size, root } = checkpoint;
  const texts = new Map(receipt.leaves);
  if (!texts.has(Number(size - 1n))) {
    throw new ProofError(`receipt: leaf ${size - 1n}, the last of the tree, is not shown`);
  }
  const hashes = await Promise.all(receipt.leaves.map(async ([index, text]) => (
    [BigInt(index), await hashLeaf(encodeText(text))])));
  await verifyMultiproof({ leaves: hashes, size, path: receipt.proof, root });
  const leaves = new Map();
  for (const [index, text] of receipt.leaves) {
    const what = `leaf ${index}`;
    const { stamp, entry: note } = splitLeaf(encodeText(text), what);
    if (stamp.index !== index || stamp.charter > index || (stamp.balance ?? 0) > index) {
      throw new FormatError(`${what}: its stamp does not fit its place`);
    }
    const entry = parseEntry(note, { origin, what });
    checkStampOf(stamp, entry.value.kind, what);
    leaves.set(index, { index, stamp, ...entry });
  }
  await verifySigners(leaves, { policy, origin, last: leaves.get(Number(size - 1n)) });
  return leaves;
}

/** Members of a stamp that one kind of entry has, and no other. */
function checkStampOf(stamp, kind, what) {
  const wanted = [
    ["effect", kind === "sealed", true], ["moves", kind !== "sealed", false], ["state", kind === "close", true],
    ["flags", kind === "notice", false], ...ROOTS.map((name) => [name, kind === "balance", true]),
  ];
  for (const [name, isAllowed, isNeeded] of wanted) {
    const isThere = Object.hasOwn(stamp, name);
    if ((isThere && !isAllowed) || (!isThere && isAllowed && isNeeded)) {
      throw new FormatError(`${what}: stamp: ${isThere ? "unexpected" : "missing"} member ${name} beside ${kind}`);
    }
  }
  if (["balance", "charter"].some((name) => (kind === name) !== (stamp[name] === stamp.index))) {
    throw new FormatError(`${what}: the stamp of ${kind} names another newest balance or charter`);
  }
}

async function verifySigners(leaves, { policy, origin, last }) {
  const charter = leaves.get(last.stamp.charter);
  if (charter?.value.kind !== "charter") {
    throw new ProofError(`receipt: the charter, leaf ${last.stamp.charter}, is not shown`);
  }
  for (const { index, stamp } of leaves.values()) {
    if (stamp.charter !== charter.index) throw new ProofError(`leaf ${index}: its stamp names another charter`);
  }
  verifyTrust(charter.value, policy);
  const signers = await signersOf(charter.value, origin);
  for (const leaf of leaves.values()) await verifyEntry(leaf, { keys: signers, what: `leaf ${leaf.index}` });
  for (const leaf of leaves.values()) {
    leaf.signedBy = leaf.value.signers.map((signer) => {
      const { party, officer } = signers.get(signer);
      return officer === null ? party : `${party}/${officer}`;
    });
  }
}

/** Steps 5 and 7: the rows and absences, each under its root in the newest balance. */
async function openRows({ rows, none }, leaves, balance) {
  if (rows.length === 0 && none.length === 0) return [];
  const leaf = leaves.get(balance);
  if (leaf?.value.kind !== "balance") {
    throw new ProofError(`receipt: the newest trial balance, leaf ${balance}, is not shown`);
  }
  const rootOf = (map) => parseHex(leaf.stamp[map], `leaf ${balance}: ${map}`);
  for (const { map, name, row, salt, proof, isNotices } of rows) {
    const what = `row ${map} ${name}`;
    const bytes = map === "register" && !isNotices ? parseHex(name, what) : encodeText(name);
    const found = await findRow({ root: rootOf(map), key: await hashTrieKey(map, bytes), proof, what });
    const stated = row === null ? null : await hashRow(salt, encodeText(encodeJson(row, what)));
    if ((found === null) !== (stated === null) || (found !== null && !isSame(found, stated))) {
      throw new ProofError(`${what}: the map holds ${found === null ? "no such row" : "another row"}`);
    }
  }
  for (const one of none) await verifyNoExit({ ...one, root: rootOf("exits"), what: `exits of ${one.account}` });
  return rows;
}

/** Each body shown is that of its sealed leaf. */
async function openBodies({ bodies }, leaves) {
  const opened = [];
  for (const [index, text] of bodies) {
    const what = `body ${index}`;
    const leaf = leaves.get(index);
    if (leaf?.value.kind !== "sealed") throw new ProofError(`${what}: leaf ${index} is no sealed entry that is shown`);
    if (formatHex(await hashBody(encodeText(text))) !== leaf.value.body) {
      throw new ProofError(`${what}: it is not what the entry sealed`);
    }
    opened.push([index, parseBody(encodeText(text), what)]);
  }
  return opened;
}

/** Verify that a commitment opens to an opening. */
export async function verifyOpening({ commitment, salt, opening }) {
  const found = await hashCommitment(salt, encodeText(encodeJson(opening, "opening")));
  if (!isSame(found, commitment)) throw new ProofError("commitment: it does not open to this");
}

/** Step 6: the line, and where it lies in its batch. */
async function openLine({ line }, leaves, subject) {
  const leaf = leaves.get(line.entry);
  if (leaf === undefined) throw new ProofError(`line: leaf ${line.entry} is not shown`);
  const { value } = leaf;
  const isRight = subject === "donation" ? value.kind === "donation" : value.kind === "enrolment" && value.op === "add";
  const wanted = subject === "donation" ? "donation" : "enrolment that adds";
  if (!isRight) throw new ProofError(`line: leaf ${line.entry} is no ${wanted}`);
  if (subject === "donation") checkType("amount", line.opening.amount, "line: amount of the opening");
  const amount = subject === "donation" ? line.opening.amount : 1;
  const commitment = await hashCommitment(line.salt, encodeText(encodeJson(line.opening, "opening")));
  const offset = await lineOffset({
    amount: BigInt(amount), commitment, index: BigInt(line.index), count: BigInt(value.lines.count),
    total: BigInt(value.lines.total), root: parseHex(value.lines.root, "lines.root"), path: line.path,
  });
  return {
    entry: momentOf(leaves, line.entry), programme: value.programme, index: line.index, count: value.lines.count,
    amount, offset: Number(offset), commitment: formatHex(commitment), opening: line.opening,
  };
}

const SUBJECTS = Object.freeze({ donation: aboutDonation, cover: aboutCover, entry: aboutEntry });

/** Step 8: where each part of a gift is. */
async function aboutDonation({ receipt, leaves, balance, rows }) {
  const line = await openLine(receipt, leaves, "donation");
  const { stamp } = leaves.get(line.entry.index);
  const gift = stamp.moves?.[0];
  if (gift === undefined || "split" in gift) throw new ProofError(`leaf ${stamp.index}: the donation moves nothing`);
  const start = BigInt(gift.to_pos) + BigInt(line.offset);
  const piece = { account: gift.to, u: start, v: start + BigInt(line.amount), at: stamp.index, refund: null,
    trail: [{ account: gift.to, at: stamp.index, share: null }] };
  const first = { at: stamp.index, source: gift.from, to: piece.account, amount: BigInt(line.amount) };
  const { pieces, hops } = walk(piece, movesFrom(leaves, stamp.index));
  const judged = pieces.flatMap((one) => judge(one, {
    rowOf: (map, account) => rowOf(rows, map, account),
    isUntouched: (account, u, v) => receipt.none.some((one) => one.account === account && one.u <= u && v <= one.v),
    balance,
    refuse: (message) => { throw new ProofError(message); },
    cannotTell: (message) => { throw new CannotTell(message); },
  }));
  const terms = newestTerms(leaves, line.programme);
  const unit = terms?.value.unit ?? unitOf(pieces, rows);
  const cautions = [...sinceCaution(line, balance), ...refundCautions({ line, leaves, pieces })];
  return {
    line, unit, cautions, terms: terms?.value ?? null,
    hops: [first, ...hops].map((hop) => hopOf(hop, leaves)),
    branches: judged.map(({ trail, amount, state, asOf }) => ({
      trail: trail.map((one) => ({ ...one, at: momentOf(leaves, one.at) })),
      amount: Number(amount), state, as_of: momentOf(leaves, asOf),
    })),
    pieces: mergeParts(judged).map(({ account, amount, state, asOf }) => (
      { account, amount: Number(amount), state, as_of: momentOf(leaves, asOf) })),
  };
}

function hopOf({ at, source, to, amount }, leaves) {
  const { value } = leaves.get(at);
  const { kind, purpose = null } = value;
  return { at: momentOf(leaves, at), kind, purpose, source, to, amount: Number(amount) };
}

/** The moves of the shown stamps behind the gift's own first, in order. */
function movesFrom(leaves, donation) {
  return [...leaves.values()].filter(({ index }) => index >= donation).flatMap(({ index, stamp, value }) => {
    const moves = index === donation ? stamp.moves.slice(1) : stamp.moves ?? [];
    const refund = value.kind === "refund" ? { donation: value.donation, line: value.line.index } : null;
    return moves.map((move) => ({ index, move, refund }));
  });
}

/** A row of an account; that of a transit which a sealed entry opened has a nonce behind its name. */
function rowOf(rows, map, account) {
  return rows.find((one) => one.map === map && one.name === account);
}

function unitOf(pieces, rows) {
  const accounts = new Set(pieces.map(({ account }) => account));
  return rows.find(({ map, name, row }) => map === "accounts" && accounts.has(name) && row !== null)?.row.unit ?? null;
}

function sinceCaution({ entry }, balance) {
  return balance !== null && entry.index > balance ? [["line since", String(entry.index)]] : [];
}

function refundCautions({ line, leaves, pieces }) {
  const isOwn = ({ donation, line: index }) => donation === line.entry.index && index === line.index;
  const others = new Set(pieces.filter(({ refund }) => refund !== null && !isOwn(refund)).map(({ at }) => at));
  const cautions = [...others].map((index) => ["other refund", String(index)]);
  for (const { index, value } of leaves.values()) {
    const isRefund = value.kind === "refund" && isOwn({ donation: value.donation, line: value.line.index });
    if (isRefund && !pieces.some(({ at }) => at === index)) cautions.push(["refunded", String(index)]);
  }
  return cautions;
}

/** Steps 9 and 10: what stands under a membership. */
async function aboutCover({ receipt, leaves, balance, rows, bodies }) {
  const line = await openLine(receipt, leaves, "cover");
  const { value } = leaves.get(line.entry.index);
  const shown = rows.find(({ map, name }) => map === "register" && name === line.commitment);
  if (shown === undefined) {
    throw new CannotTell("register: the member's row is not shown, so nobody can tell what was claimed");
  }
  const { row } = shown;
  const policy = [...leaves.values()].find(({ value: cover }) => cover.kind === "cover"
    && cover.programme === value.programme && cover.county === value.county && cover.period === value.period);
  const claims = claimsOf({ row, leaves, bodies, commitment: line.commitment, programme: value.programme, balance });
  const terms = newestTerms(leaves, line.programme);
  const unit = terms?.value.unit ?? null;
  return {
    line, unit, terms: terms?.value ?? null,
    cautions: [...sinceCaution(line, balance), ...(policy === undefined ? [["no cover", value.period]] : [])],
    cover: {
      county: value.county, period: value.period, removed: row?.removed ?? null, policy: policy?.index ?? null,
      first_day: policy?.value.first_day ?? null, last_day: policy?.value.last_day ?? null,
      claims: claims.map((claim) => ({ ...claim, ...worthOf(claim, leaves) })),
    },
  };
}

/** One entry, and what it obliges its party to publish. */
async function aboutEntry({ receipt, leaves, balance, rows, bodies }) {
  const leaf = leaves.get(receipt.entry);
  if (leaf === undefined) throw new ProofError(`receipt: leaf ${receipt.entry} is not shown`);
  const { value } = leaf;
  const flags = (leaf.stamp.flags ?? [])
    .map(([name, by]) => ["flagged", `${name}: ${by === null ? "?" : by < 0 ? by : `+${by}`}`]);
  const duties = rows[0]?.row?.duties ?? [];
  const on = duties.length > 0 ? judgementDay(leaves, { programme: value.programme, balance }) : null;
  return {
    cautions: flags,
    entry: {
      at: momentOf(leaves, leaf.index), signers: leaf.signedBy,
      text_hash: formatHex(await hashText(encodeText(leaf.text))), value, body: bodies[0]?.[1] ?? null,
      notices: duties.map((duty) => judgeNotice(duty, { on })),
    },
  };
}

function trustCautions({ policy, checkpoint, leaves, last, now }) {
  const { quorum } = leaves.get(last.stamp.charter).value;
  const cautions = [];
  const needed = quorumCount(policy);
  if (checkpoint.cosigners.length < quorum && needed !== null) cautions.push(["quorum below charter", String(quorum)]);
  const newest = checkpoint.cosigners.reduce((latest, [, time]) => (time > latest ? time : latest), 0n);
  if (now !== null && newest > BigInt(now)) cautions.push(["ahead of clock", String(newest - BigInt(now))]);
  return cautions;
}

function checkAge({ time_unix_ms: time }, { now, maxAgeSeconds }) {
  if (maxAgeSeconds === null || now === null) return;
  const age = now - Math.floor((time ?? 0) / 1000);
  if (age > maxAgeSeconds) {
    throw new CannotTell(
      `receipt: what it says is ${age} seconds old, at most ${maxAgeSeconds} are asked for; get a newer receipt`);
  }
}
