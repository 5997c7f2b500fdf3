// The receipt file (receipt.md): one line of canonical JSON. Here only its form is judged; nothing in it is trusted.

import { FormatError } from "./errors.js";
import { HASH_BYTES } from "./hashes.js";
import { parseBase64, parseHex, parseJson, quoted } from "./parse.js";
import { checkType } from "./shapes.js";

const RECEIPT_BYTES_MAX = 65_536;
export const FORMAT = "mingzhang receipt/v1";

const PROOF = {
  object: { key: "any", path: { array: { tuple: [{ int: [0, 255] }, "any"] }, max: 256 }, value: "any" },
};
const LINE = {
  object: {
    entry: "index", index: "index", opening: "any",
    path: { array: { tuple: ["any", "count"] }, max: 20 }, salt: "any",
  },
};
const NONE = {
  object: { account: "account", opening: "any", predecessor: "any", successor: "any", u: "count", v: "count" },
};
const ROW = {
  object: { map: "=accounts|figures|published|register", name: "any", proof: "any", row: "any", salt: "any" },
};
const LEAF = { tuple: ["index", "any"] };
const FILE = {
  object: {
    bodies: { array: LEAF }, checkpoint: "any", format: "any", leaves: { array: LEAF, min: 1 }, none: { array: NONE },
    proof: { array: "any" }, rows: { array: ROW }, subject: "=donation|cover|entry",
  },
  optional: { entry: "index", line: LINE },
};

const DUTY = {
  object: {
    by: "word", calendar: { array: "index" }, days: "null|days", due: "null|day",
    id: "=answer|decide|open|pay", met: "null|day", provisional: "bool", starts: "day",
    unit: "=calendar_day|working_day",
  },
};
const CLAIM = {
  object: {
    claim: "index", decision: "null|index", duties: { array: DUTY }, objection: "null|index", paid: "count",
    state: "=claimed|complete|decided|interim|paid|refused|requested|withdrawn",
  },
};
const MEMBER = { object: { claims: { array: CLAIM } }, optional: { removed: "day" } };
const NOTICE = {
  object: {
    by: "word", due: "null|day", first: "day", id: "code", last: "null|day", met: "null|day", number: "count",
  },
};
const NOTICES = { object: { duties: { array: NOTICE } } };
const ACCOUNT = {
  object: { class: "word", holder: "word", in: "count", next_out: "count", out: "count", unit: "unit" },
  optional: { left: "count", purpose: "word", source: "account", to: "account" },
};
const PUBLISHED = { object: { at: "index", in: "count", next_out: "count", out: "count" } };
const FIGURE = { object: { value: "int" } };

function text(value, what) {
  if (typeof value !== "string") throw new FormatError(`${what}: expected a text, got ${quoted(value)}`);
  return value;
}

function hash(value, what) {
  return parseBase64(value, what, HASH_BYTES);
}

/** Refuse what rises not strictly. */
function checkRising(numbers, what) {
  if (numbers.some((number, at) => at > 0 && number <= numbers[at - 1])) {
    throw new FormatError(`${what}: expected them in rising order, each once`);
  }
}

/** A receipt's parts with hashes as bytes; leaves and bodies as maps from index to text. */
export function parseReceipt(bytes) {
  if (bytes.length > RECEIPT_BYTES_MAX) {
    throw new FormatError(`receipt: expected at most ${RECEIPT_BYTES_MAX} bytes, got ${bytes.length}`);
  }
  if (bytes.indexOf(0x0a) !== bytes.length - 1 || bytes.length === 0) {
    throw new FormatError("receipt: expected one line that ends with LF");
  }
  const value = parseJson(bytes.slice(0, -1), "receipt", { bytesMax: RECEIPT_BYTES_MAX });
  if (value?.format !== FORMAT) {
    throw new FormatError(`receipt: expected the format ${FORMAT}, got ${quoted(value?.format)}`);
  }
  checkType(FILE, value, "receipt");
  checkSubject(value);
  for (const name of ["leaves", "bodies"]) checkRising(value[name].map(([index]) => index), `receipt: ${name}`);
  return {
    subject: value.subject,
    entry: value.entry ?? null,
    checkpoint: text(value.checkpoint, "receipt: checkpoint"),
    leaves: value.leaves.map(([index, leaf]) => [index, text(leaf, `leaf ${index}`)]),
    bodies: value.bodies.map(([index, body]) => [index, text(body, `body ${index}`)]),
    proof: value.proof.map((one, at) => hash(one, `receipt: proof.${at}`)),
    line: value.line === undefined ? null : parseLine(value.line),
    rows: parseRows(value.rows),
    none: value.none.map((one, at) => parseNone(one, `receipt: none.${at}`)),
  };
}

/** Which parts a subject has. */
function checkSubject(value) {
  const isEntry = value.subject === "entry";
  if (isEntry !== Object.hasOwn(value, "entry") || isEntry === Object.hasOwn(value, "line")) {
    const wanted = isEntry ? "`entry` and no `line`" : "`line` and no `entry`";
    throw new FormatError(`receipt: a receipt about ${value.subject} has ${wanted}`);
  }
  if (value.subject !== "donation" && value.none.length > 0) {
    throw new FormatError(`receipt: a receipt about ${value.subject} shows no absences of exits`);
  }
  if (value.subject === "donation" && value.bodies.length > 0) {
    throw new FormatError("receipt: a receipt about a donation shows no bodies");
  }
  if (isEntry && value.bodies.some(([index]) => index !== value.entry)) {
    throw new FormatError("receipt: a receipt about an entry shows no body but its own");
  }
  if (isEntry && value.rows.some(({ map, name }) => map !== "register" || name !== `notices/${value.entry}`)) {
    throw new FormatError("receipt: a receipt about an entry shows no row but that of its notices");
  }
}

function parseLine(line) {
  checkType({ map: ["name", "any"] }, line.opening, "receipt: opening");
  return {
    entry: line.entry,
    index: line.index,
    opening: line.opening,
    path: line.path.map(([sibling, total], at) => [hash(sibling, `receipt: line.path.${at}`), BigInt(total)]),
    salt: hash(line.salt, "receipt: salt of the line"),
  };
}

function parseProof(proof, what) {
  if (proof === null) return null;
  checkType(PROOF, proof, what);
  return {
    key: hash(proof.key, `${what}.key`),
    value: hash(proof.value, `${what}.value`),
    path: proof.path.map(([bit, sibling], at) => [bit, hash(sibling, `${what}.path.${at}`)]),
  };
}

/** The rows that a receipt shows, each once. */
export function parseRows(rows) {
  const names = new Set();
  return rows.map((one, at) => {
    const what = `receipt: rows.${at}`;
    const name = text(one.name, `${what}.name`);
    if (names.has(`${one.map} ${name}`)) throw new FormatError(`${what}: shown twice`);
    names.add(`${one.map} ${name}`);
    const isNotices = one.map === "register" && /^notices\/(0|[1-9][0-9]{0,15})$/.test(name);
    if (one.map === "register" && !isNotices) parseHex(name, `${what}.name`, HASH_BYTES);
    if (one.map === "accounts" || one.map === "published") checkAccountName(one.map, name, `${what}.name`);
    if (one.row !== null) checkType(rowType(one.map, isNotices), one.row, `${what}.row`);
    const isSalted = one.row !== null && one.map !== "published";
    if (isSalted !== (one.salt !== null)) throw new FormatError(`${what}: expected ${isSalted ? "a" : "no"} salt`);
    if (one.row?.claims) checkClaims(one.row.claims, what);
    return {
      map: one.map, name, row: one.row, isNotices,
      salt: one.salt === null ? null : hash(one.salt, `${what}.salt`), proof: parseProof(one.proof, `${what}.proof`),
    };
  });
}

/** A transit that a sealed entry opened has its body's nonce behind its name. */
function checkAccountName(map, name, what) {
  const found = map === "accounts" ? /^(transit\/[0-9]+)\/[0-9a-f]{32}$/.exec(name) : null;
  checkType("account", found === null ? name : found[1], what);
}

function rowType(map, isNotices) {
  if (map === "register") return isNotices ? NOTICES : MEMBER;
  return { accounts: ACCOUNT, figures: FIGURE, published: PUBLISHED }[map];
}

function checkClaims(claims, what) {
  checkRising(claims.map(({ claim }) => claim), `${what}: claims`);
  for (const { claim, duties } of claims) {
    const ids = duties.map(({ id }) => id);
    if (ids.some((id, at) => at > 0 && id <= ids[at - 1])) {
      throw new FormatError(`${what}: duties of claim ${claim}: expected them by id, each once`);
    }
    for (const duty of duties) checkRising(duty.calendar, `${what}: calendars of ${duty.id}`);
  }
}

function parseNone(one, what) {
  const { account, opening, u, v } = one;
  if (opening !== null) checkType({ tuple: ["count", "index"] }, opening, `${what}.opening`);
  return {
    account,
    u: BigInt(u),
    v: BigInt(v),
    opening: opening === null ? null : opening.map(BigInt),
    predecessor: parseProof(one.predecessor, `${what}.predecessor`),
    successor: parseProof(one.successor, `${what}.successor`),
  };
}
