// The types of rules.md: which members an entry, a body or a stamp has. What a type refuses is a format error.

import { FormatError, Rejected } from "./errors.js";
import { encodeText, parseDay, quoted, SAFE_MAX } from "./parse.js";
import { RULES } from "./rules.js";

const ACCOUNT_BYTES_MAX = 64;
const DAYS_MAX = 3660; // the most that terms give for a duty
const COUNTY = "{county}";

const WORD = "[a-z0-9-]{1,24}";
const matches = (pattern) => (value) => typeof value === "string" && pattern.test(value);
const within = (least, most) => (value) => typeof value === "number" && value >= least && value <= most;
const isCharacters = (most) => (value) =>
  typeof value === "string" && value.length > 0 && [...value].length <= most && !/[\u0000-\u001f\u007f]/.test(value);

function isAccount(value) {
  if (typeof value !== "string" || encodeText(value).length > ACCOUNT_BYTES_MAX) return false;
  const parts = value.split("/");
  return parts.length >= 2 && parts.length <= 6 && parts.every((part) => new RegExp(`^${WORD}$`).test(part))
    && RULES.classes.includes(parts[0]);
}

/** An account name in which one part, and never the first, may be `{county}`. */
function isPattern(value) {
  if (typeof value !== "string" || encodeText(value).length > ACCOUNT_BYTES_MAX) return false;
  const [first, ...rest] = value.split("/");
  if (rest.filter((part) => part === COUNTY).length > 1) return false;
  return isAccount([first, ...rest.map((part) => part === COUNTY ? "c" : part)].join("/"));
}

function isDay(value) {
  try {
    parseDay(value, "day");
    return true;
  } catch {
    return false;
  }
}

/** The hours and minutes of a zone, from -12:00 to +14:00. */
function isOffset(value) {
  const found = typeof value === "string" ? /^([+-])([0-9]{2}):([0-5][0-9])$/.exec(value) : null;
  if (found === null || value === "-00:00") return false;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === "+" ? minutes <= 14 * 60 : minutes <= 12 * 60;
}

// Signers and vkeys are judged by the name before the first plus; the key itself is parsed where it is used.
const KEY_NAME = "[^+\\u0000-\\u0020\\u007f\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";

const NAMED = Object.freeze({
  account: isAccount,
  any: () => true,
  amount: within(1, SAFE_MAX),
  bool: (value) => typeof value === "boolean",
  code: matches(/^[a-z0-9_-]{1,40}$/),
  count: within(0, SAFE_MAX),
  day: isDay,
  days: within(0, DAYS_MAX),
  fact: (value) => typeof value === "boolean" || within(0, SAFE_MAX)(value) || isCharacters(100)(value),
  fact_text: isCharacters(100),
  figure: matches(new RegExp(`^(${WORD}/){1,3}[a-z_]{1,24}$`)),
  hash: matches(/^[0-9a-f]{64}$/),
  index: within(0, SAFE_MAX),
  int: within(-SAFE_MAX, SAFE_MAX),
  metric: matches(/^[a-z_]{1,24}$/),
  name: matches(/^[a-z][a-z0-9_]{0,39}$/),
  nonce: matches(/^[0-9a-f]{32}$/),
  offset: isOffset,
  path: matches(/^[a-z0-9_.]{1,60}$/),
  pattern: isPattern,
  ref: matches(/^[\x21-\x7e]{1,64}$/),
  requirement: matches(new RegExp(`^role:${WORD}(\\|${WORD})*$`)),
  signer: (value) => matches(new RegExp(`^${KEY_NAME}\\+[0-9a-f]{8}$`))(value)
    && encodeText(value).length <= 255 + 9,
  text: isCharacters(500),
  unit: matches(/^[A-Z]{3}$/),
  vkey: matches(new RegExp(`^${KEY_NAME}\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]+={0,2}$`)),
  word: matches(new RegExp(`^${WORD}$`)),
  // 29 February is no day of every year.
  year_day: (value) => typeof value === "string" && isDay(`2001-${value}`),
});

/** Whether a value is of a type. */
function isOf(type, value) {
  try {
    checkType(type, value, "value");
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

function expect(holds, type, value, what) {
  if (!holds) throw new FormatError(`${what}: expected ${type}, got ${quoted(value)}`);
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Refuse a value that is not of a type of the tables. */
export function checkType(type, value, what) {
  if (typeof type === "string") checkNamed(type, value, what);
  else if ("array" in type) {
    expect(Array.isArray(value) && value.length >= (type.min ?? 0) && value.length <= (type.max ?? 1000),
      `an array of ${type.min ?? 0} to ${type.max ?? 1000}`, value, what);
    for (const [at, item] of value.entries()) checkType(type.array, item, `${what}.${at}`);
  } else if ("tuple" in type) {
    expect(Array.isArray(value) && value.length === type.tuple.length, `an array of ${type.tuple.length}`, value, what);
    for (const [at, item] of value.entries()) checkType(type.tuple[at], item, `${what}.${at}`);
  } else if ("object" in type) checkMembers(type, value, what);
  else if ("map" in type) {
    const [nameType, itemType] = type.map;
    const names = isObject(value) ? Object.keys(value) : [];
    expect(isObject(value) && names.length >= (type.min ?? 0) && names.length <= (type.max ?? 1000),
      `an object of ${type.min ?? 0} to ${type.max ?? 1000} members`, value, what);
    for (const name of names) {
      checkType(nameType, name, `${what}: name`);
      checkType(itemType, value[name], `${what}.${name}`);
    }
  } else if ("int" in type) expect(within(...type.int)(value), `an integer ${type.int.join(" to ")}`, value, what);
  else if ("clause" in type) checkClause(type.clause, value, what);
  else if ("one_of" in type) {
    expect(type.one_of.some((one) => isOf(one, value)), "one of several forms", value, what);
  } else {
    expect(isObject(value) && Object.hasOwn(type.tagged, value.kind), "an object of a known kind", value, what);
    checkType(type.tagged[value.kind], value, what);
  }
}

function checkNamed(type, value, what) {
  if (type.startsWith("null|")) {
    if (value !== null) checkNamed(type.slice("null|".length), value, what);
  } else if (type.startsWith("=")) {
    expect(typeof value === "string" && type.slice(1).split("|").includes(value), type.slice(1), value, what);
  } else if (type.startsWith("#")) checkType(RULES.parts[type.slice(1)], value, what);
  else expect(NAMED[type](value), type, value, what);
}

function checkMembers({ object, optional = {} }, value, what) {
  expect(isObject(value), "an object", value, what);
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(object, name) && !Object.hasOwn(optional, name)) {
      throw new FormatError(`${what}: unknown member ${name}`);
    }
    checkType(object[name] ?? optional[name], value[name], `${what}.${name}`);
  }
  const missing = Object.keys(object).filter((name) => !Object.hasOwn(value, name));
  if (missing.length > 0) throw new FormatError(`${what}: missing members ${missing.join(", ")}`);
}

/** A clause: null, the thing itself, or a choice among readings. */
export function isChoice(value) {
  return isObject(value) && Object.hasOwn(value, "by") && Object.hasOwn(value, "readings");
}

function checkClause(type, value, what) {
  if (value === null) return;
  if (!isChoice(value)) {
    checkType(type, value, what);
    return;
  }
  const reading = (item, where) => {
    checkMembers({ object: { name: "code" }, optional: { is: "any" } }, item, where);
    if (!Object.hasOwn(item, "is")) throw new FormatError(`${where}: missing members is`);
    if (item.is !== null) checkType(type, item.is, `${where}.is`);
  };
  checkMembers({ object: { by: "code", readings: "any" } }, value, what);
  expect(Array.isArray(value.readings) && value.readings.length >= 1 && value.readings.length <= 10,
    "1 to 10 readings", value.readings, what);
  for (const [at, item] of value.readings.entries()) reading(item, `${what}.readings.${at}`);
  const names = value.readings.map(({ name }) => name);
  expect(new Set(names).size === names.length, "readings of different names", names, what);
}

/** The members of an entry of this kind. */
export function checkEntry(value, what) {
  checkKind(RULES.kinds, RULES.common.entry, value, what);
}

/** The members of a body of this kind. */
export function checkBody(value, what) {
  checkKind(RULES.bodies, RULES.common.body, value, what);
}

function checkKind(kinds, common, value, what) {
  expect(isObject(value) && typeof value.kind === "string", "an object with a kind", value, what);
  if (!Object.hasOwn(kinds, value.kind)) throw new Rejected("kind_unknown", `${what}: ${quoted(value.kind)}`);
  const { members, optional } = kinds[value.kind];
  checkMembers({ object: { ...common, ...members }, optional }, value, what);
}
