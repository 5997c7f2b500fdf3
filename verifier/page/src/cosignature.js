// Cosignatures (cosignature.md): a party vouches for a checkpoint, at a time.

import { parseCheckpoint } from "./checkpoint.js";
import { FormatError } from "./errors.js";
import { COSIGNER_KEY, ML_DSA_KEY } from "./keys.js";
import { decodeInteger, encodeInteger, encodeText, join } from "./parse.js";
import { verifyMlDsa, verifySignature } from "./signature.js";

const TIME_BYTES = 8;
const TIME_MAX = 2n ** 63n - 1n;
const RAW_BYTES = new Map([[COSIGNER_KEY, 64], [ML_DSA_KEY, 2420]]);

/** The time, a BigInt, of a signature line that verifies under `key` over the text of a checkpoint. */
export async function verifyCosignature({ text, signature, key, what }) {
  const checkpoint = parseCheckpoint(text, what);
  const wanted = RAW_BYTES.get(key.type);
  if (wanted === undefined) throw new FormatError(`${what}: a key of type ${key.type} does not cosign`);
  const [time, raw] = [decodeInteger(signature.slice(0, TIME_BYTES)), signature.slice(TIME_BYTES)];
  if (signature.length !== TIME_BYTES + wanted || time > TIME_MAX) {
    throw new FormatError(`${what}: expected ${TIME_BYTES + wanted} bytes and a time up to 2^63-1`);
  }
  if (key.type === COSIGNER_KEY) {
    const message = encodeText(`cosignature/v1\ntime ${time}\n${text}`);
    await verifySignature({ key: key.key, message, signature: raw, what });
  } else {
    await verifyMlDsa({ key: key.key, message: mlDsaMessage(key.name, time, checkpoint), signature: raw, what });
  }
  return time;
}

function mlDsaMessage(name, time, { origin, size, root }) {
  const [cosigner, log] = [encodeText(name), encodeText(origin)];
  return join(
    encodeText("subtree/v1\n\0"), Uint8Array.of(cosigner.length), cosigner, encodeInteger(time, 8),
    Uint8Array.of(log.length), log, encodeInteger(0, 8), encodeInteger(size, 8), root,
  );
}
