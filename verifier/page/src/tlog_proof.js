// tlog-proofs (tlog-proof.md): one leaf, provable to any reader of the C2SP formats.

import { parseCheckpoint } from "./checkpoint.js";
import { FormatError } from "./errors.js";
import { HASH_BYTES } from "./hashes.js";
import { verifyInclusion } from "./merkle.js";
import { parseNote } from "./note.js";
import { decodeText, encodeText, parseBase64, parseDecimal } from "./parse.js";
import { verifyCheckpoint } from "./policy.js";

const FIRST_LINE = "c2sp.org/tlog-proof@v1";
const EXTRA_BYTES_MAX = 48_000;
const HASHES_MAX = 63;

/** What a tlog-proof says; the checkpoint is its note. */
export function parseTlogProof(bytes) {
  const text = decodeText(bytes, "tlog-proof");
  const end = text.indexOf("\n\n");
  const [first, ...lines] = text.slice(0, end < 0 ? 0 : end).split("\n");
  if (first !== FIRST_LINE) throw new FormatError(`tlog-proof: expected ${FIRST_LINE} and an empty line`);
  const extra = lines[0]?.startsWith("extra ") ? parseBase64(lines.shift().slice(6), "tlog-proof: extra") : null;
  if (extra !== null && extra.length > EXTRA_BYTES_MAX) {
    throw new FormatError(`tlog-proof: expected at most ${EXTRA_BYTES_MAX} bytes extra, got ${extra.length}`);
  }
  if (!lines[0]?.startsWith("index ")) throw new FormatError("tlog-proof: expected a line with the index");
  const index = parseDecimal(lines.shift().slice(6), "tlog-proof: index");
  if (lines.length > HASHES_MAX) throw new FormatError(`tlog-proof: expected at most ${HASHES_MAX} hashes`);
  const path = lines.map((line, at) => parseBase64(line, `tlog-proof: hash ${at}`, HASH_BYTES));
  const checkpoint = text.slice(end + 2);
  parseCheckpoint(parseNote(encodeText(checkpoint), "tlog-proof: checkpoint").text, "tlog-proof: checkpoint");
  return { index, path, extra, checkpoint };
}

/** Verify that a leaf hash stands where a tlog-proof says, under a checkpoint that satisfies the policy. */
export async function verifyTlogProof(policy, bytes, { leaf, origin = null }) {
  const { index, path, checkpoint } = parseTlogProof(bytes);
  const opened = await verifyCheckpoint(policy, encodeText(checkpoint), { origin });
  await verifyInclusion({ leaf, index, size: opened.size, path, root: opened.root });
  return opened;
}
