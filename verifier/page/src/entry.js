// Leaves, stamps and entries (entry.md): what the log holds, what the operator wrote, what a party signed.

import { CannotTell, FormatError, Rejected, SignatureError } from "./errors.js";
import { checkForm } from "./forms.js";
import { parseNote } from "./note.js";
import { encodeText, parseJson, quoted } from "./parse.js";
import { checkBody, checkEntry, checkType } from "./shapes.js";
import { verifySignature } from "./signature.js";

const LEAF_BYTES_MAX = 65_535;
const STAMP_BYTES_MAX = 16_384;
const ENTRY_BYTES_MAX = 32_768;
const BODY_BYTES_MAX = 16_384;
const SIGNERS_MAX = 16;
const RULES_VERSION = 1;

const MOVE = { object: { amount: "amount", from: "account", from_pos: "count", to: "account", to_pos: "count" } };
const SPLIT = {
  object: {
    amount: "amount", den: "amount", num: "amount", pos: "count", rest: "account", rest_pos: "count",
    split: "account", to: "account", to_pos: "count",
  },
};
const STAMP = {
  object: { balance: "null|index", charter: "index", index: "index", rules: "amount", time_unix_ms: "count" },
  optional: {
    accounts: "hash", effect: "hash", exits: "hash", figures: "hash",
    flags: { array: { tuple: ["figure", "null|int"] }, min: 1, max: 20 },
    moves: { array: { one_of: [MOVE, SPLIT] }, min: 1 },
    published: "hash", register: "hash", state: "hash",
  },
};

/** The two parts of a leaf: its stamp's line and its entry. */
export function splitLeaf(bytes, what) {
  const end = bytes.indexOf(0x0a);
  if (bytes.length > LEAF_BYTES_MAX || end < 0 || end > STAMP_BYTES_MAX) {
    throw new FormatError(`${what}: expected a stamp of at most ${STAMP_BYTES_MAX} bytes, LF and an entry, `
      + `${LEAF_BYTES_MAX} bytes in all`);
  }
  return { stamp: parseStamp(bytes.slice(0, end), `${what}: stamp`), entry: bytes.slice(end + 1) };
}

/** What a stamp says. */
export function parseStamp(bytes, what) {
  const stamp = parseJson(bytes, what, { bytesMax: STAMP_BYTES_MAX });
  if (Number.isInteger(stamp?.rules) && stamp.rules > RULES_VERSION) {
    throw new CannotTell(`${what}: rules version ${stamp.rules} is not known here`);
  }
  checkType(STAMP, stamp, what);
  return stamp;
}

/** An entry of the log `origin`: what it says, its text, and its signature lines; nobody has verified them yet. */
export function parseEntry(bytes, { origin, what }) {
  if (bytes.length > ENTRY_BYTES_MAX) throw new FormatError(`${what}: expected at most ${ENTRY_BYTES_MAX} bytes`);
  const note = parseNote(bytes, what);
  const lines = note.text.split("\n");
  if (lines.length !== 3 || !lines[0].endsWith(" entry/v1")) {
    throw new FormatError(`${what}: expected the two lines of an entry, got ${quoted(lines[0])}`);
  }
  const value = parseJson(encodeText(lines[1]), what);
  if (lines[0] !== `${origin} entry/v1`) {
    throw new Rejected("wrong_origin", `${what}: expected ${origin}, got ${quoted(lines[0])}`);
  }
  checkEntry(value, what);
  checkForm(value, what);
  const { signers } = value;
  if (signers.length > SIGNERS_MAX || signers.some((signer, at) => at > 0 && !isBefore(signers[at - 1], signer))) {
    throw new FormatError(`${what}: signers: expected them in order and each once`);
  }
  return { value, text: note.text, signatures: note.signatures };
}

/** In the order of UTF-8 bytes, which is that of code points. */
function isBefore(left, right) {
  const [a, b] = [Array.from(left), Array.from(right)].map((text) => text.map((character) => character.codePointAt(0)));
  const at = a.findIndex((point, place) => point !== b[place]);
  return at < 0 ? a.length < b.length : at < b.length && a[at] < b[at];
}

/** The lines of an entry: exactly those of its signers, in order, each by the key that `keys` has for it. */
export async function verifyEntry({ value, text, signatures }, { keys, what }) {
  const lines = signatures.map(({ signer }) => signer);
  if (lines.join("\n") !== value.signers.join("\n")) {
    throw new SignatureError(
      `${what}: expected the signatures of ${value.signers.join(", ")}, got ${lines.join(", ")}`);
  }
  const message = encodeText(text);
  await Promise.all(signatures.map(({ signer, signature }) => {
    const key = keys.get(signer);
    if (key === undefined) throw new SignatureError(`${what}: ${signer} is no key of a party in the charter`);
    return verifySignature({ key: key.key, message, signature, what: `${what}: ${signer}` });
  }));
}

/** What a sealed body says. */
export function parseBody(bytes, what) {
  const body = parseJson(bytes, what, { bytesMax: BODY_BYTES_MAX });
  checkBody(body, what);
  return body;
}
