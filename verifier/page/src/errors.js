// What can be wrong with something that is checked.

/** The bytes do not follow the format. */
export class FormatError extends Error {}

/** Well formed, but not signed by the key that must have signed. */
export class SignatureError extends Error {}

/** The hashes or totals do not lead to the root. */
export class ProofError extends Error {}

/** An entry breaks a rule; `reason` is the stable name of the rule's outcome. */
export class Rejected extends Error {
  constructor(reason, message) {
    super(`${reason}: ${message}`);
    this.reason = reason;
  }
}

/** Nothing is wrong with what was checked, but something needed is missing or unknown. */
export class CannotTell extends Error {}

/** Whether an error is one of ours; any other is a mistake in this program. */
export function isVerdict(error) {
  return [FormatError, SignatureError, ProofError, Rejected, CannotTell].some((kind) => error instanceof kind);
}
