// Works a decision out again from the claim, the cover and the terms that a receipt shows (kinds.md, `decision`).

import { CannotTell, ProofError } from "./errors.js";
import { eligible, OpenOutcome, payable } from "./formulas.js";
import { encodeJson } from "./parse.js";

const RESERVED = Object.freeze(["admitted_on", "on", "policy_first_day", "residual", "total_bill"]);

/** The terms of a claim where they are shown, and which of its decisions were worked out again. */
export function worthOf({ index, bodies }, leaves) {
  const claim = bodies.find(([, body]) => body.kind === "claim")?.[1] ?? null;
  const found = { terms: null, worked: [] };
  for (const [at, decision] of bodies.filter(([, body]) => body.kind === "decision")) {
    const terms = leaves.get(decision.terms)?.value;
    if (terms === undefined) continue;
    if (terms.kind !== "terms") throw new ProofError(`decision ${at}: leaf ${decision.terms} is no terms`);
    found.terms = terms;
    const cover = claim === null ? undefined : leaves.get(claim.cover)?.value;
    if (cover === undefined && decision.reason === undefined) continue;
    if (cover !== undefined && cover.kind !== "cover") {
      throw new ProofError(`claim ${index}: leaf ${claim.cover} is no cover`);
    }
    verifyDecision(decision, { at, claim, cover, terms });
    found.worked.push(at);
  }
  return found;
}

function verifyDecision(decision, { at, claim, cover, terms }) {
  const refuse = (why) => { throw new ProofError(`decision ${at}: ${why}`); };
  const { amount, result, facts, reason, benefits } = decision;
  if (Object.keys(facts ?? {}).some(isReserved)) refuse("fact_reserved: it states a fact that the log itself gives");
  if ((result === "pay" && facts !== undefined) || (result === "part" && facts === undefined)) {
    refuse(`result_wrong: ${result} ${facts === undefined ? "without" : "with"} facts of its own`);
  }
  if (reason !== undefined) {
    if (result !== "refuse" || benefits.length > 0) refuse(`result_wrong: ${result} for the reason ${reason}`);
    if (!terms.refusals.includes(reason)) refuse(`reason_unknown: ${reason} is no reason of the terms`);
    if (amount !== 0) refuse(`amount_wrong: a refusal of ${amount}`);
    return;
  }
  const wanted = workOut(decision, { at, claim, cover, terms });
  if (encodeJson(wanted, "benefits") !== encodeJson(benefits, "benefits")) {
    refuse(`steps_wrong: worked out again by the terms it comes to ${encodeJson(wanted, "benefits")}`);
  }
  const sum = wanted.reduce((total, benefit) => total + benefit.amount, 0);
  const isWhole = amount === sum && sum > 0;
  const isRight = {
    pay: isWhole, part: isWhole, refuse: amount === 0 && sum === 0, interim: amount > 0 && amount <= sum,
  };
  if (!isRight[result]) refuse(`amount_wrong: ${result} ${amount}, the benefits come to ${sum}`);
}

function isReserved(name) {
  return RESERVED.includes(name) || name.endsWith("_paid");
}

/** The benefits of a decision as the terms work them out. What was used of a cap is taken from the stated steps. */
function workOut(decision, { at, claim, cover, terms }) {
  const facts = new Map(Object.entries({ ...claim.facts, ...decision.facts }));
  if (claim.bill > 0) facts.set("total_bill", claim.bill);
  facts.set("residual", claim.residual).set("admitted_on", claim.admitted).set("policy_first_day", cover.first_day);
  for (const { payer, amount } of claim.prior) facts.set(`${payer}_paid`, amount);
  const worked = [];
  try {
    const first = terms.eligibility === undefined
      ? { reason: null, steps: [] } : eligible({ name: terms.eligibility, terms, facts });
    for (const benefit of claim.benefits) {
      if (first.reason !== null) {
        worked.push({ amount: 0, benefit, reason: first.reason, steps: first.steps });
        continue;
      }
      facts.set("other_benefits_paid", worked.reduce((sum, one) => sum + one.amount, 0));
      const stated = decision.benefits.find((one) => one.benefit === benefit)?.steps ?? [];
      const used = (clause) => stated.find((step) => step.op === "cap" && step.clause === clause)?.in[2] ?? 0;
      const { payable: amount, reason, steps } = payable({ name: benefit, terms, facts, used });
      const before = worked.length === 0 ? first.steps : [];
      worked.push({ amount, benefit, ...(reason === null ? {} : { reason }), steps: [...before, ...steps] });
    }
  } catch (error) {
    if (error instanceof OpenOutcome) {
      throw new ProofError(`decision ${at}: ${error.reason}: the terms do not decide this`);
    }
    if (error instanceof CannotTell) throw new CannotTell(`decision ${at}: ${error.message}`);
    throw error;
  }
  return worked;
}
