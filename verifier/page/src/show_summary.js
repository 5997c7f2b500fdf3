// What a valid receipt comes to, in one sentence or two.

import { plain } from "./speech.js";

/** The answer to the question that a reader came with. */
export function summaryOf(speech, verdict) {
  return SUMMARIES[verdict.subject](speech, verdict);
}

const SUMMARIES = Object.freeze({ donation: ofGift, cover: ofCover, entry: ofEntry });

function ofGift(speech, { line, pieces }) {
  const sums = new Map();
  for (const { state, amount } of pieces) sums.set(state, (sums.get(state) ?? 0) + amount);
  const parts = [...sums].sort(([, one], [, other]) => other - one).map(([state, sum]) => speech.say("summary part", {
    amount: speech.amount(sum), state: speech.say(`state ${state}`).toLowerCase(),
  }));
  return speech.say("summary gift", { amount: speech.amount(line.amount), parts: speech.list(parts) });
}

function ofCover(speech, { cover }) {
  const { policy, first_day: first, last_day: last, removed, claims } = cover;
  const late = claims.flatMap(({ duties }) => duties).filter(({ kept }) => kept === "late" || kept === "met late")
    .map(({ by, id }) => speech.say("duty of", { by: speech.known("party", by), duty: speech.known("duty", id) }));
  return [
    policy === null ? speech.say("covered unknown") : speech.say("summary covered", { first, last }),
    removed === null ? null : `${speech.say("removed text", { day: removed })}${speech.say("stop")}`,
    claims.length === 0 ? speech.say("no claims") : speech.say("summary claims", {
      count: claims.length, amount: speech.amount(claims.reduce((sum, { paid }) => sum + paid, 0)),
    }),
    late.length === 0 ? null : speech.say("summary late", { duties: speech.list(late) }),
  ].filter((text) => text !== null).join(speech.say("between"));
}

function ofEntry(speech, { entry }) {
  const names = speech.list(entry.signers.map((signer) => plain(speech.known("who", signer))));
  return speech.say("summary entry", { what: whatOf(speech, entry), names });
}

/** What an entry is, as a thing and not as a step of money; a sealed one by the body that is shown. */
export function whatOf(speech, { value, body }) {
  return body === null ? speech.known("what", value.kind) : speech.known("kind", body.kind);
}
