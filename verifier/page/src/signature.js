// The Ed25519 rule of this ledger (signature.md). The browser checks the equation, this file what browsers leave open.

import { isPrimeOrderPoint, L } from "./curve.js";
import { CannotTell, SignatureError } from "./errors.js";
import { decodeInteger, formatHex } from "./parse.js";

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

// The encodings of points of small order, which no R may be.
const SMALL_ORDER = Object.freeze([
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]);

/** Refuse a key that is not canonical, not on the curve or not of prime order. */
export function admitKey(key, what) {
  if (key.length !== KEY_BYTES || !isPrimeOrderPoint(key)) {
    throw new SignatureError(
      `${what}: expected the canonical spelling of a point of prime order, got ${formatHex(key)}`);
  }
}

/** Verify a signature by a key that was admitted before. */
export async function verifySignature({ key, message, signature, what }) {
  if (signature.length !== SIGNATURE_BYTES) {
    throw new SignatureError(`${what}: expected ${SIGNATURE_BYTES} bytes, got ${signature.length}`);
  }
  if (SMALL_ORDER.includes(formatHex(signature.slice(0, 32)))) {
    throw new SignatureError(`${what}: R is of small order`);
  }
  if (decodeInteger(signature.slice(32).reverse()) >= L) throw new SignatureError(`${what}: S is not below L`);
  if (!await isVerified("Ed25519", key, signature, message)) {
    throw new SignatureError(`${what}: the signature is not by this key over this text`);
  }
}

/** Verify an ML-DSA-44 signature, where the browser can. */
export async function verifyMlDsa({ key, message, signature, what }) {
  if (!await isVerified("ML-DSA-44", key, signature, message)) {
    throw new SignatureError(`${what}: the signature is not by this key over this text`);
  }
}

async function isVerified(name, key, signature, message) {
  const format = name === "Ed25519" ? "raw" : "raw-public";
  let imported;
  try {
    imported = await crypto.subtle.importKey(format, key, { name }, false, ["verify"]);
  } catch (error) {
    // A key that the browser knows how to read and refuses is a bad key; a name that it does not know is no verdict.
    if (error.name === "DataError") return false;
    throw new CannotTell(`this browser cannot check signatures of type ${name}`);
  }
  return crypto.subtle.verify({ name }, imported, signature, message);
}
