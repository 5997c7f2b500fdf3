// A receipt as QR codes on paper (paper.md): its deflated bytes in pieces, each behind 14 bytes that say where it belongs.
//
//     "MZP1" || u8 number, from 1 || u8 count || the first 8 bytes of SHA-256(receipt) || piece

import { FormatError } from "./errors.js";
import { sha256 } from "./hashes.js";
import { decodeText, encodeText, formatHex, isSame, join } from "./parse.js";

const MAGIC = "MZP1";
const NAME_BYTES = 8;
const HEAD_BYTES = MAGIC.length + 2 + NAME_BYTES;
const PARTS_MAX = 72;
const PART_BYTES_MAX = 2953; // what the largest code holds
const RECEIPT_BYTES_MAX = 65_536;
// So that what comes out of one step of inflating is small, whatever it is made of.
const STEP_BYTES = 512;

/** What one printed code holds at most: version 25 with correction M. */
export const PRINTED_BYTES_MAX = 997;

/** The parts of a receipt, as equal in length as can be. */
export async function splitReceipt(receipt) {
  const stream = await deflate(receipt);
  const count = Math.ceil(stream.length / (PRINTED_BYTES_MAX - HEAD_BYTES));
  if (receipt.length > RECEIPT_BYTES_MAX || count > PARTS_MAX) {
    throw new FormatError(`paper: expected a receipt of at most ${RECEIPT_BYTES_MAX} bytes`);
  }
  const name = (await sha256(receipt)).slice(0, NAME_BYTES);
  const startOf = (number) => Math.floor(stream.length * number / count);
  return Array.from({ length: count }, (_, at) => (
    join(encodeText(MAGIC), Uint8Array.of(at + 1, count), name, stream.slice(startOf(at), startOf(at + 1)))));
}

/** What one code says: the receipt's name in hex, which part this is, of how many, and its piece of the stream. */
export function parsePart(bytes, what) {
  if (bytes.length <= HEAD_BYTES || bytes.length > PART_BYTES_MAX) {
    throw new FormatError(`${what}: expected ${HEAD_BYTES + 1} to ${PART_BYTES_MAX} bytes, got ${bytes.length}`);
  }
  if (!isPart(bytes)) throw new FormatError(`${what}: expected a part of a receipt, which begins with ${MAGIC}`);
  const [number, count] = bytes.slice(MAGIC.length);
  if (count < 1 || count > PARTS_MAX || number < 1 || number > count) {
    throw new FormatError(`${what}: expected part 1 to n of n, n at most ${PARTS_MAX}, got ${number} of ${count}`);
  }
  return { name: formatHex(bytes.slice(MAGIC.length + 2, HEAD_BYTES)), number, count, piece: bytes.slice(HEAD_BYTES) };
}

/** Whether a code claims to be a part of a receipt. */
export function isPart(bytes) {
  return isSame(bytes.slice(0, MAGIC.length), encodeText(MAGIC));
}

/** The receipt whose parts these are: every one of them once, in any order. */
export async function joinParts(codes) {
  if (codes.length === 0) throw new FormatError("paper: expected a part or more");
  const parts = codes.map((bytes, at) => parsePart(bytes, `code ${at}`)).sort((a, b) => a.number - b.number);
  const { name, count } = parts[0];
  if (parts.some((part) => part.name !== name)) throw new FormatError("paper: parts of different receipts");
  if (parts.length !== count || parts.some((part, at) => part.number !== at + 1 || part.count !== count)) {
    throw new FormatError(`paper: expected each of ${count} parts once`);
  }
  const receipt = await inflate(join(...parts.map(({ piece }) => piece)));
  if (formatHex((await sha256(receipt)).slice(0, NAME_BYTES)) !== name) {
    throw new FormatError("paper: what the parts come to is not the receipt that they name");
  }
  return receipt;
}

async function deflate(bytes) {
  const deflated = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(deflated).arrayBuffer());
}

/** The bytes that a stream of DEFLATE (RFC 1951) comes to; reads no further than a receipt can be long. */
async function inflate(stream) {
  const inflating = new DecompressionStream("deflate-raw");
  const reader = inflating.readable.getReader();
  const written = feed(inflating.writable.getWriter(), stream);
  const chunks = [];
  try {
    for (let size = 0;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > RECEIPT_BYTES_MAX) {
        await reader.cancel();
        throw new FormatError(`paper: expected a receipt of at most ${RECEIPT_BYTES_MAX} bytes`);
      }
      chunks.push(value);
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError("paper: expected one whole stream of DEFLATE and nothing behind it");
  } finally {
    await written;
  }
  return join(...chunks);
}

/** Writes a stream in small steps, each when the one before was taken. */
async function feed(writer, stream) {
  try {
    for (let at = 0; at < stream.length; at += STEP_BYTES) {
      await writer.ready;
      await writer.write(stream.slice(at, at + STEP_BYTES));
    }
    await writer.close();
  } catch {
    // Whatever went wrong, the reader of the other end is told.
  }
}
