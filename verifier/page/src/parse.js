// The only parsers of primitives (canonical-json.md): one value has one spelling, everything else is refused.

import { FormatError } from "./errors.js";

export const SAFE_MAX = Number.MAX_SAFE_INTEGER;

const DECIMAL_MAX = 2n ** 63n - 1n;
const JSON_BYTES_MAX = 2 ** 20;
const JSON_DEPTH_MAX = 32;
const MEMBER = /^[a-z][a-z0-9_]*$/;
const SHOWN_MAX = 80;

/** A value from outside as it is quoted in messages: one line, cut where it is long. */
export function quoted(value) {
  const text = typeof value === "bigint" ? String(value) : JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

/** Text as UTF-8 bytes. */
export function encodeText(text) {
  return new TextEncoder().encode(text);
}

/** UTF-8 bytes as text; nothing is replaced or dropped, not even a byte order mark. */
export function decodeText(bytes, what) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormatError(`${what}: expected UTF-8`);
  }
}

/** Whether two arrays hold the same bytes. */
export function isSame(left, right) {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** Several arrays of bytes, one after another. */
export function join(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** A number of `size` bytes, the highest first. */
export function encodeInteger(value, size) {
  if (value < 0n || BigInt(value) >> BigInt(8 * size) > 0n) {
    throw new FormatError(`expected a number of ${size} bytes, got ${value}`);
  }
  const bytes = new Uint8Array(size);
  let rest = BigInt(value);
  for (let at = size - 1; at >= 0; at -= 1) {
    bytes[at] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

/** The number that bytes are, the highest first. */
export function decodeInteger(bytes) {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** An unsigned decimal without leading zeros, at most 2^63-1. */
export function parseDecimal(text, what) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) > DECIMAL_MAX) {
    throw new FormatError(`${what}: expected a decimal up to 2^63-1 without leading zeros, got ${quoted(text)}`);
  }
  return BigInt(text);
}

/** Padded base64 whose unused bits are zero; `size` bytes where that is given. */
export function parseBase64(text, what, size = null) {
  const shaped = typeof text === "string"
    && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  const bytes = shaped ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0)) : null;
  if (bytes === null || formatBase64(bytes) !== text || (size !== null && bytes.length !== size)) {
    throw new FormatError(`${what}: expected canonical base64${size === null ? "" : ` of ${size} bytes`}, `
      + `got ${quoted(text)}`);
  }
  return bytes;
}

export function formatBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Lowercase hex; `size` bytes where that is given. */
export function parseHex(text, what, size = null) {
  if (typeof text !== "string" || !/^(?:[0-9a-f]{2})*$/.test(text) || (size !== null && text.length !== 2 * size)) {
    throw new FormatError(`${what}: expected lowercase hex${size === null ? "" : ` of ${size} bytes`}, `
      + `got ${quoted(text)}`);
  }
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

export function formatHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The value of canonical JSON. Objects have no prototype, so that no name means anything by itself. */
export function parseJson(bytes, what, { bytesMax = JSON_BYTES_MAX } = {}) {
  if (bytes.length > bytesMax) {
    throw new FormatError(`${what}: expected at most ${bytesMax} bytes, got ${bytes.length}`);
  }
  const text = decodeText(bytes, what);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError(`${what}: expected canonical JSON, got ${quoted(text)}`);
  }
  // Encoding it anew covers order, duplicates, white space, escapes and the spelling of numbers.
  if (encodeJson(value, what) !== text) {
    throw new FormatError(`${what}: expected canonical JSON, but the same value is written differently`);
  }
  return value;
}

/** The one spelling of a value. Takes the prototypes away from the objects that it passes. */
export function encodeJson(value, what, depth = 0) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return encodeString(value, what);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) {
      throw new FormatError(`${what}: expected integers within 2^53-1, got ${quoted(value)}`);
    }
    return String(value);
  }
  if (typeof value !== "object") throw new FormatError(`${what}: ${typeof value} is no JSON`);
  if (depth >= JSON_DEPTH_MAX) {
    throw new FormatError(`${what}: more than ${JSON_DEPTH_MAX} arrays and objects inside each other`);
  }
  if (Array.isArray(value)) return `[${value.map((item) => encodeJson(item, what, depth + 1)).join(",")}]`;
  Object.setPrototypeOf(value, null);
  const members = Object.keys(value).sort().map((name) => {
    if (!MEMBER.test(name)) throw new FormatError(`${what}: expected a member name a-z, 0-9, _, got ${quoted(name)}`);
    return `"${name}":${encodeJson(value[name], what, depth + 1)}`;
  });
  return `{${members.join(",")}}`;
}

function encodeString(text, what) {
  if (/\p{Surrogate}/u.test(text)) throw new FormatError(`${what}: a surrogate is no character`);
  return JSON.stringify(text);
}

/** A day `YYYY-MM-DD` that the calendar has, as the number of days since 1970-01-01. */
export function parseDay(text, what) {
  const found = typeof text === "string" ? /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) : null;
  const [year, month, day] = found === null ? [0, 0, 0] : found.slice(1).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year < 1 || formatDay(date.getTime() / 86_400_000) !== text) {
    throw new FormatError(`${what}: expected a day YYYY-MM-DD, got ${quoted(text)}`);
  }
  return date.getTime() / 86_400_000;
}

/** The day that is this many days after 1970-01-01; null outside the years 0001 to 9999. */
export function formatDay(number) {
  const date = new Date(number * 86_400_000);
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) return null;
  const parts = [String(year).padStart(4, "0"), date.getUTCMonth() + 1, date.getUTCDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}
