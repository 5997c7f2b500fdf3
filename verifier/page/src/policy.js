// The trust policy (policy.md): whose signatures make a checkpoint final. The only thing that is trusted.

import { openCheckpoint, parseCheckpoint } from "./checkpoint.js";
import { verifyCosignature } from "./cosignature.js";
import { FormatError, SignatureError } from "./errors.js";
import { COSIGNER_KEY, ML_DSA_KEY, NOTE_KEY, parseVkey } from "./keys.js";
import { keysBySigner, parseNote } from "./note.js";
import { formatHex, quoted } from "./parse.js";
import { admitKey } from "./signature.js";

const POLICY_BYTES_MAX = 256 * 1024;

/** A policy: logs {key, url}, witnesses {name, key, url}, groups {name, needed, members}, quorum (a name or null). */
export async function parsePolicy(bytes) {
  const policy = { logs: [], witnesses: [], groups: [], quorum: undefined };
  const names = new Set();
  const grouped = new Set();
  for (const [at, items] of itemsOf(bytes)) {
    const where = `policy line ${at}`;
    const [word, ...rest] = items;
    if (word === "log") await readLog(policy, rest, where);
    else if (word === "witness") await readWitness(policy, names, rest, where);
    else if (word === "group") readGroup(policy, names, grouped, rest, where);
    else if (word === "quorum") readQuorum(policy, names, rest, where);
    else throw new FormatError(`${where}: expected log, witness, group or quorum, got ${quoted(word)}`);
  }
  if (policy.quorum === undefined) throw new FormatError("policy: expected one line with the quorum");
  checkApart(policy.logs.map(({ key }) => key), "logs");
  checkApart(policy.witnesses.map(({ key }) => key), "witnesses");
  for (const { key } of [...policy.logs, ...policy.witnesses]) {
    if (key.type !== ML_DSA_KEY) admitKey(key.key, `policy: key of ${key.name}`);
  }
  return policy;
}

/** The items of each line that has some. Names are octets, so each byte is one character here. */
function* itemsOf(bytes) {
  if (bytes.length > POLICY_BYTES_MAX) throw new FormatError(`policy: expected at most ${POLICY_BYTES_MAX} bytes`);
  if (bytes.some((byte) => (byte < 0x20 && byte !== 0x09 && byte !== 0x0a) || byte === 0x7f)) {
    throw new FormatError("policy: expected no control characters");
  }
  if (bytes.length > 0 && bytes[bytes.length - 1] !== 0x0a) throw new FormatError("policy: the last line has no LF");
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  for (const [at, line] of text.split("\n").entries()) {
    const items = line.split(/[ \t]+/).filter((item) => item !== "");
    if (items.length > 0 && !items[0].startsWith("#")) yield [at + 1, items];
  }
}

function checkCount(items, least, most, where) {
  if (items.length < least || items.length > most) {
    throw new FormatError(`${where}: expected ${least} to ${most} items, got ${items.length}`);
  }
}

async function readLog(policy, items, where) {
  checkCount(items, 1, 2, where);
  const key = await parseVkey(decodeOctets(items[0], where), where);
  if (key.type !== NOTE_KEY) throw new FormatError(`${where}: the key of a log has type 01`);
  policy.logs.push({ key, url: items[1] ?? null });
}

async function readWitness(policy, names, items, where) {
  checkCount(items, 2, 3, where);
  takeName(names, items[0], where);
  const key = await parseVkey(decodeOctets(items[1], where), where);
  if (key.type !== COSIGNER_KEY && key.type !== ML_DSA_KEY) {
    throw new FormatError(`${where}: the key of a witness has type 04 or 06`);
  }
  policy.witnesses.push({ name: items[0], key, url: items[2] ?? null });
}

function readGroup(policy, names, grouped, items, where) {
  checkCount(items, 3, Infinity, where);
  const [name, count, ...members] = items;
  for (const member of members) {
    if (!names.has(member)) throw new FormatError(`${where}: ${quoted(member)} is not defined on an earlier line`);
    if (grouped.has(member)) throw new FormatError(`${where}: ${quoted(member)} is in a group already`);
    grouped.add(member);
  }
  takeName(names, name, where);
  const counted = new Map([["all", members.length], ["any", 1]]).get(count);
  const needed = counted ?? (/^[1-9][0-9]{0,8}$/.test(count) ? Number(count) : 0);
  if (needed < 1 || needed > members.length) {
    throw new FormatError(`${where}: expected all, any, or 1 to ${members.length}, got ${quoted(count)}`);
  }
  policy.groups.push({ name, needed, members });
}

function readQuorum(policy, names, items, where) {
  checkCount(items, 1, 1, where);
  if (policy.quorum !== undefined) throw new FormatError(`${where}: a second quorum`);
  if (items[0] !== "none" && !names.has(items[0])) {
    throw new FormatError(`${where}: ${quoted(items[0])} is not defined on an earlier line`);
  }
  policy.quorum = items[0] === "none" ? null : items[0];
}

function takeName(names, name, where) {
  if (name === "none" || names.has(name)) throw new FormatError(`${where}: the name ${quoted(name)} is taken`);
  names.add(name);
}

function decodeOctets(item, where) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(Uint8Array.from(item, (character) => character.charCodeAt(0)));
  } catch {
    throw new FormatError(`${where}: expected a key in UTF-8`);
  }
}

/** One organisation counts once: no public key stands twice, and no name and ID mean two keys. */
function checkApart(keys, what) {
  if (new Set(keys.map(({ key }) => formatHex(key))).size !== keys.length) {
    throw new FormatError(`policy: a public key stands twice among the ${what}`);
  }
  if (new Set(keys.map(({ signer }) => signer)).size !== keys.length) {
    throw new FormatError(`policy: two keys of the ${what} have one name and ID`);
  }
}

/** Whether the witnesses with these names satisfy the quorum. */
export function isQuorum(policy, names) {
  const satisfied = new Set(policy.witnesses.map(({ name }) => name).filter((name) => names.includes(name)));
  for (const { name, needed, members } of policy.groups) {
    if (members.filter((member) => satisfied.has(member)).length >= needed) satisfied.add(name);
  }
  return policy.quorum === null || satisfied.has(policy.quorum);
}

/** The quorum in one number, where it is one: how many of the witnesses must vouch; else null. */
export function quorumCount(policy) {
  if (policy.quorum === null) return 0;
  const witnesses = new Set(policy.witnesses.map(({ name }) => name));
  if (witnesses.has(policy.quorum)) return 1;
  const { needed, members } = policy.groups.find(({ name }) => name === policy.quorum);
  return members.every((member) => witnesses.has(member)) ? needed : null;
}

/** Since when the quorum vouches: the latest second as of which enough of the cosigners had signed; or null. */
export function vouchedSince(policy, cosigners) {
  const rising = [...cosigners].sort(([, left], [, right]) => (left < right ? 1 : -1));
  for (let count = 1; count <= rising.length; count += 1) {
    if (isQuorum(policy, rising.slice(0, count).map(([name]) => name))) return rising[count - 1][1];
  }
  return null;
}

/** A checkpoint's note under the policy: the checkpoint, the log's key, and who cosigned ([name, time]). */
export async function verifyCheckpoint(policy, bytes, { origin = null } = {}) {
  const what = "checkpoint";
  const note = parseNote(bytes, what);
  const named = parseCheckpoint(note.text, what).origin;
  const keys = policy.logs.map(({ key }) => key).filter(({ name }) => name === named);
  if (keys.length === 0 || (origin !== null && origin !== named)) {
    throw new SignatureError(`${what}: the policy does not know the log ${quoted(named)}`);
  }
  const checkpoint = await openCheckpoint(note, { keys, origin: named, what });
  const cosigners = await cosignersOf(policy, note);
  const names = cosigners.map(([name]) => name);
  if (!isQuorum(policy, names)) {
    throw new SignatureError(`${what}: ${cosigners.length} of ${policy.witnesses.length} witnesses cosigned `
      + `(${names.join(", ") || "nobody"}), which does not satisfy the quorum ${quoted(policy.quorum)}`);
  }
  return { ...checkpoint, cosigners };
}

async function cosignersOf(policy, note) {
  const keys = keysBySigner(policy.witnesses.map(({ key }) => key), "policy");
  const found = new Map();
  for (const { signer, signature } of note.signatures) {
    const key = keys.get(signer);
    if (key !== undefined && !found.has(signer)) {
      found.set(signer, await verifyCosignature({ text: note.text, signature, key, what: `cosignature of ${signer}` }));
    }
  }
  const names = new Map(policy.witnesses.map(({ name, key }) => [key.signer, name]));
  return [...found].map(([signer, time]) => [names.get(signer), time]);
}
