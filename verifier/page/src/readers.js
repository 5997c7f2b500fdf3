// The readers of formats by the names of their modules, for the console and for the vectors.

import { batchRoot, lineOffset } from "./batch.js";
import { signersOf } from "./charter.js";
import { openCheckpoint, parseCheckpoint } from "./checkpoint.js";
import { codesIn, modulesOf, pixelsOf } from "./codes.js";
import { verifyCosignature } from "./cosignature.js";
import { parseBody, parseEntry, parseStamp, splitLeaf, verifyEntry } from "./entry.js";
import { CannotTell, FormatError, ProofError, Rejected, SignatureError } from "./errors.js";
import { hashBody, hashColumns, hashCommitment, hashEffect, hashExit } from "./hashes.js";
import { hashLeaf, hashNode, hashRow, hashText, hashTrieKey, nextSalt } from "./hashes.js";
import { parseVkey } from "./keys.js";
import { rootOf, verifyConsistency, verifyInclusion, verifyMultiproof, verifySubtree } from "./merkle.js";
import { keysBySigner, parseNote, parseSignatureLine, verifyNote } from "./note.js";
import { joinParts, splitReceipt } from "./paper.js";
import { decodeText, encodeJson, encodeText, formatBase64, formatDay } from "./parse.js";
import { formatHex, parseBase64, parseDay, parseDecimal, parseHex, parseJson } from "./parse.js";
import { isQuorum, parsePolicy, verifyCheckpoint } from "./policy.js";
import { parseReceipt, parseRows } from "./receipt_file.js";
import { verifyOpening } from "./receipt.js";
import { admitKey, verifySignature } from "./signature.js";
import { parseTlogProof, verifyTlogProof } from "./tlog_proof.js";
import { exitKey, findRow, verifyNoExit } from "./trie.js";

export const READERS = Object.freeze({
  batch: { batchRoot, lineOffset },
  charter: { signersOf },
  checkpoint: { openCheckpoint, parseCheckpoint },
  codes: { codesIn, modulesOf, pixelsOf },
  cosignature: { verifyCosignature },
  entry: { parseBody, parseEntry, parseStamp, splitLeaf, verifyEntry },
  errors: { CannotTell, FormatError, ProofError, Rejected, SignatureError },
  hashes: {
    hashBody, hashColumns, hashCommitment, hashEffect, hashExit, hashLeaf, hashNode, hashRow, hashText,
    hashTrieKey, nextSalt,
  },
  keys: { parseVkey },
  merkle: { rootOf, verifyConsistency, verifyInclusion, verifyMultiproof, verifySubtree },
  note: { keysBySigner, parseNote, parseSignatureLine, verifyNote },
  paper: { joinParts, splitReceipt },
  parse: {
    decodeText, encodeJson, encodeText, formatBase64, formatDay, formatHex, parseBase64, parseDay,
    parseDecimal, parseHex, parseJson,
  },
  policy: { isQuorum, parsePolicy, verifyCheckpoint },
  receipt: { verifyOpening },
  receipt_file: { parseReceipt, parseRows },
  signature: { admitKey, verifySignature },
  tlog_proof: { parseTlogProof, verifyTlogProof },
  trie: { exitKey, findRow, verifyNoExit },
});
