// A membership in words: cover, claims, duties and whether they were kept, what was decided and why.

import { h, pairs, section } from "./dom.js";
import { showStep } from "./show_step.js";
import { plain } from "./speech.js";

const MARKS = Object.freeze({
  waits: "wait", open: "wait", late: "bad", met: "good", "met late": "bad", provisional: "warn",
});
const STATES = Object.freeze({ paid: "good", refused: "bad", withdrawn: "warn" });

/** What the register says about a member. */
export function showCover(speech, { cover, line, as_of: asOf }) {
  const covered = cover.policy === null ? speech.say("covered unknown")
    : speech.say("covered text", { first: cover.first_day, last: cover.last_day, policy: cover.policy });
  const facts = [
    [speech.say("covered"), covered],
    [speech.say("enrolled"), speech.say("enrolled text", { ...cover, entry: line.entry.index })],
    ...(cover.removed === null ? [] : [[speech.say("removed"), speech.say("removed text", { day: cover.removed })]]),
  ];
  const time = speech.moment(asOf);
  const closing = cover.claims.length > 0 ? speech.say("all claims", { time })
    : speech.say(cover.removed === null ? "nothing" : "no claims");
  return [
    section(speech.say("cover"), { class: "card" }, pairs(facts)),
    section(speech.say("claims"), { class: "card claims" }, cover.claims.map((claim) => showClaim(speech, claim)),
      h("p", { class: "closing" }, closing)),
  ];
}

function mark(speech, kind) {
  return h("span", { class: `mark mark-${kind}`, "aria-hidden": "true" }, speech.say(`mark ${kind}`));
}

function showClaim(speech, claim) {
  const { index, state, paid, objection, duties, bodies } = claim;
  return h("article", { class: "claim" },
    h("h3", {}, speech.say("claim", { index })),
    h("p", { class: "standing" },
      h("span", { class: "state" }, mark(speech, STATES[state] ?? "wait"), speech.known("claim state", state)),
      h("strong", {}, speech.say("paid so far", { amount: speech.amount(paid) }))),
    objection === null ? null
      : h("p", { class: "warn" }, mark(speech, "warn"), speech.say("objection open", { index: objection })),
    bodies.map(([at, body]) => showBody(speech, claim, at, body)),
    duties.length === 0 ? null : [h("h4", {}, speech.say("duties")),
      h("ul", { class: "duties" }, duties.map((duty) => showDuty(speech, duty)))]);
}

/** Whether a duty was kept, and whose it is. */
function showDuty(speech, duty) {
  const { id, by, kept, due, met, on, late, unit, starts, days } = duty;
  const more = kept === "met" && due === null ? " without day" : duty.at_least ? " at least" : "";
  const text = speech.say(`kept ${kept}${more}`, { due, met, on, late: speech.days(late, unit) });
  const counted = days === null || due === null ? null
    : speech.say("counted", { days: speech.days(days, unit), starts });
  const whose = speech.say("duty of", { by: speech.known("party", by), duty: speech.known("duty", id) });
  return h("li", {}, mark(speech, MARKS[kept]),
    h("div", {}, h("strong", {}, whose),
      h("span", {}, text), counted === null ? null : h("small", {}, counted)));
}

function showBody(speech, claim, index, body) {
  if (body.kind === "claim") return showBill(speech, body);
  if (body.kind === "decision") return showDecision(speech, claim, index, body);
  return h("p", {}, speech.say("other body", { kind: speech.known("kind", body.kind), index, at: body.at }));
}

function showBill(speech, { admitted, bill, prior, residual, facts }) {
  const amounts = [
    [speech.say("bill"), speech.amount(bill)],
    ...prior.map(({ payer, amount }) => (
      [speech.say("prior", { name: speech.known("payer", payer) }), `− ${speech.amount(amount)}`])),
    [speech.say("residual"), speech.amount(residual)],
  ];
  return [
    h("h4", {}, speech.say("claim body", { admitted })),
    pairs(amounts, { class: "sums" }),
    showFacts(speech, "facts claimed", facts),
  ];
}

function showDecision(speech, { terms, worked }, index, body) {
  const { result, amount, reason, benefits, facts } = body;
  const isWorked = worked.includes(index);
  const said = isWorked ? (reason === undefined ? "worked" : "worked reason") : "not worked";
  const decided = { index, result: speech.known("result", result), amount: speech.amount(amount) };
  return [
    h("h4", {}, speech.say("decision body", decided)),
    reason === undefined ? null : h("p", {}, speech.say("because", { reason: speech.known("reason", reason) })),
    showFacts(speech, "facts decided", facts ?? {}),
    benefits.map(({ benefit, amount: part, reason: why, steps }) => h("div", { class: "benefit" },
      h("p", {}, h("strong", {}, speech.known("benefit", benefit)), h("strong", { class: "sum" }, speech.amount(part))),
      why === undefined ? null : h("p", {}, speech.say("because", { reason: speech.known("reason", why) })),
      h("ol", { class: "steps" }, steps.map((step) => showStep(speech, step, { benefit, terms }))))),
    h("p", { class: isWorked ? "worked" : "hint" }, isWorked ? mark(speech, "good") : null,
      h("span", {}, speech.say(said, { terms: body.terms }))),
  ];
}

function showFacts(speech, word, facts) {
  const told = Object.entries(facts).map(([name, value]) => (
    `${speech.known("fact", name)} ${typeof value === "boolean" ? speech.say(value ? "yes" : "no") : plain(value)}`));
  return told.length === 0 ? null : h("p", { class: "hint" }, speech.say(word, { facts: speech.list(told) }));
}

/** What an entry obliges its party to publish. */
export function showNotices(speech, notices) {
  const textOf = (notice) => speech.say(`notice ${notice.kept}`, {
    ...notice, id: speech.known("publication", notice.id), late: speech.days(notice.late, "calendar_day"),
  });
  return section(speech.say("notices"), { class: "card" }, h("ul", { class: "duties" }, notices.map((notice) => (
    h("li", {}, mark(speech, MARKS[notice.kept]),
      h("div", {}, h("strong", {}, speech.known("party", notice.by)), h("span", {}, textOf(notice))))))));
}
