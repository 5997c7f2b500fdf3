// Codes of one receipt as they come, picture by picture.

import { joinParts, parsePart } from "./paper.js";
import { isSame } from "./parse.js";

/** The codes that were read so far, all of one receipt as it was printed once. */
export class Gathered {
  constructor() {
    this.first = null;
    this.codes = new Map();
  }

  /** Takes a code; whether what was read before had to make room, being of another receipt or of another print. */
  add(bytes) {
    const part = parsePart(bytes, "code");
    const known = this.codes.get(part.number);
    const isOther = this.first !== null && (part.name !== this.first.name || part.count !== this.first.count
      || (known !== undefined && !isSame(known, bytes)));
    if (isOther || this.first === null) this.first = part;
    if (isOther) this.codes.clear();
    this.codes.set(part.number, bytes);
    return isOther;
  }

  /** How many codes there are in all. */
  get count() {
    return this.first?.count ?? 0;
  }

  /** The numbers of those that are still to be read. */
  get missing() {
    return Array.from({ length: this.count }, (_, at) => at + 1).filter((number) => !this.codes.has(number));
  }

  /** The receipt, once nothing is missing. */
  receipt() {
    return joinParts([...this.codes.values()]);
  }
}
