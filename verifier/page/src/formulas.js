// The formulas that pay a benefit, and the age that covers (terms.md), worked out step by step.

import { CannotTell } from "./errors.js";
import { parseDay, SAFE_MAX } from "./parse.js";
import { isChoice } from "./shapes.js";

/** An outcome that stays open: no decision can rest on it. */
export class OpenOutcome extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** What stands in a clause under the readings that the terms choose. */
function resolve(clause, terms) {
  const chosen = isChoice(clause)
    ? clause.readings.find(({ name }) => name === terms.readings[clause.by])?.is ?? null
    : clause;
  if (chosen === null) throw new OpenOutcome("terms_incomplete");
  return chosen;
}

/** One formula being worked out: its facts, what was used of its caps, and the steps so far. */
class Work {
  constructor({ formula, terms, facts, used }) {
    Object.assign(this, { formula, terms, facts, used, steps: [] });
  }

  clause(name) {
    return resolve(this.formula[name], this.terms);
  }

  has(name) {
    return this.facts.has(name);
  }

  fact(name, type) {
    if (!this.facts.has(name)) throw new OpenOutcome("fact_missing");
    const value = this.facts.get(name);
    if (typeof value !== type || (type === "number" && !Number.isSafeInteger(value))) {
      throw new OpenOutcome("fact_wrong");
    }
    return type === "number" ? BigInt(value) : value;
  }

  day(name) {
    try {
      return parseDay(this.fact(name, "string"), name);
    } catch (error) {
      throw error instanceof OpenOutcome ? error : new OpenOutcome("fact_wrong");
    }
  }

  step(op, clause, inputs, out, name = null) {
    if (out > BigInt(SAFE_MAX) || out < 0n) throw new OpenOutcome("arithmetic_wrong");
    this.steps.push({ clause, in: inputs.map(Number), ...(name === null ? {} : { name }), op, out: Number(out) });
    return out;
  }

  /** A division, rounded as the formula says where it does not come out even. */
  divide(over, under) {
    const [whole, rest] = [over / under, over % under];
    if (rest === 0n) return whole;
    const mode = this.clause("rounding");
    const isUp = mode === "up" || (mode !== "down" && 2n * rest > under)
      || (2n * rest === under && (mode === "half_up" || (mode === "half_even" && whole % 2n === 1n)));
    return isUp ? whole + 1n : whole;
  }

  ratio(value, basisPoints, clause) {
    const bp = BigInt(basisPoints);
    return this.step("ratio", clause, [value, bp], this.divide(value * bp, 10_000n));
  }

  atMost(value, limit, clause) {
    return this.step("at_most", clause, [value, BigInt(limit)], least(value, BigInt(limit)));
  }
}

const least = (left, right) => (left < right ? left : right);
const atLeastZero = (value) => (value > 0n ? value : 0n);

function base(work) {
  const { fact, from, less } = work.formula.base;
  const subtracted = () => less.map((name) => (work.has(name) ? work.fact(name, "number") : 0n));
  const left = () => subtracted().reduce((rest, one) => rest - one, work.fact(from, "number"));
  if (work.has(fact)) {
    const value = work.fact(fact, "number");
    if (from !== undefined && work.has(from) && value > left()) throw new OpenOutcome("arithmetic_wrong");
    return work.step("base", "base", [value], value, fact);
  }
  if (from === undefined) throw new OpenOutcome("fact_missing");
  return work.step("subtract", "base", [work.fact(from, "number"), ...subtracted()], left(), fact);
}

const VALUES = Object.freeze({
  indemnity(work) {
    const value = base(work);
    const deductible = BigInt(work.clause("deductible"));
    const rest = work.step("deductible", "deductible", [value, deductible], atLeastZero(value - deductible));
    return work.ratio(rest, work.clause("ratio_bp"), "ratio_bp");
  },

  tiered(work) {
    const value = base(work);
    if (value === 0n) return value;
    const tiers = work.clause("tiers");
    const isIn = ({ up_to: upTo, including }) => upTo === undefined || value < BigInt(upTo)
      || (value === BigInt(upTo) && resolve(including, work.terms));
    const at = tiers.findIndex(isIn);
    work.step("tier", `tiers.${at}`, [value], BigInt(at));
    const pays = resolve(tiers[at].pays, work.terms);
    const clause = `tiers.${at}.pays`;
    if (pays.amount !== undefined) return work.step("amount", clause, [BigInt(pays.amount)], BigInt(pays.amount));
    const share = work.ratio(value, pays.ratio_bp, clause);
    return pays.at_most === undefined ? share : work.atMost(share, pays.at_most, clause);
  },

  lump_sum(work) {
    const amount = BigInt(work.clause("amount"));
    return work.step("amount", "amount", [amount], amount);
  },

  lump_sum_by_grade(work) {
    return work.atMost(byGrade(work), work.clause("max"), "max");
  },

  per_diem(work) {
    const days = countDays(work);
    const perDay = BigInt(work.clause("per_day"));
    return work.step("multiply", "per_day", [days, perDay], days * perDay);
  },
});

function byGrade(work) {
  if (work.has("assessed")) {
    const assessed = work.fact("assessed", "number");
    return work.step("base", "grades", [assessed], assessed, "assessed");
  }
  const grades = work.clause("grades");
  const grade = work.fact("grade", "string");
  const found = grades.find((one) => one.grade === grade);
  if (found === undefined) throw new OpenOutcome("grade_unknown");
  return work.step("grade", "grades", [], BigInt(found.amount), "grade");
}

function countDays(work) {
  if (work.has("days")) return work.step("days", "day_count", [], work.fact("days", "number"), "days");
  const [from, to] = [work.day("admitted_on"), work.day("discharged_on")];
  if (to < from) throw new OpenOutcome("arithmetic_wrong");
  const reading = work.clause("day_count");
  return work.step("days", "day_count", [], BigInt(to - from + (reading === "inclusive" ? 1 : 0)), reading);
}

/** What a benefit comes to: {payable, reason, steps}; `used` gives what was used of a cap before. */
export function payable({ name, terms, facts, used }) {
  const formula = terms.formulas[name];
  if (!Object.hasOwn(VALUES, formula?.kind ?? "")) {
    throw new CannotTell(`formula ${name}: ${formula?.kind ?? "none"} is not known here`);
  }
  const work = new Work({ formula, terms, facts, used });
  for (const [at, { fact, reason, values }] of formula.conditions.entries()) {
    const isMet = resolve(values, terms).includes(facts.get(fact));
    work.step("condition", `conditions.${at}`, [], isMet ? 1n : 0n, fact);
    if (!isMet) return { payable: 0, reason, steps: work.steps };
  }
  const conditions = work.steps.length;
  const value = covered(work, capped(work, VALUES[formula.kind](work)));
  const first = work.steps.slice(conditions).find(({ op, out }) => out === 0 && op !== "tier");
  const reason = { cap: "cap_reached", overlap: "bill_covered" }[first?.op] ?? "nothing_left";
  return { payable: Number(value), reason: value === 0n ? reason : null, steps: work.steps };
}

function capped(work, start) {
  let value = start;
  for (const [at, cap] of work.formula.caps.entries()) {
    const [amount, period] = [BigInt(resolve(cap.amount, work.terms)), resolve(cap.per, work.terms)];
    const used = period === "claim" ? 0n : BigInt(work.used(`caps.${at}`));
    value = work.step("cap", `caps.${at}`, [value, amount, used], least(value, atLeastZero(amount - used)), period);
  }
  return value;
}

function covered(work, value) {
  if (!work.formula.overlap || !work.has("total_bill")) return value;
  const bill = work.fact("total_bill", "number");
  const paid = [...work.facts.keys()].filter((name) => name.endsWith("_paid"))
    .reduce((sum, name) => sum + work.fact(name, "number"), 0n);
  return work.step("overlap", "overlap", [value, bill, paid], least(value, atLeastZero(bill - paid)));
}

/** Whether a person is of an age that is covered: {reason, steps}, the reason null where they are. */
export function eligible({ name, terms, facts }) {
  const formula = terms.formulas[name];
  if (formula?.kind !== "age") throw new CannotTell(`formula ${name}: ${formula?.kind ?? "none"} is not known here`);
  const work = new Work({ formula, terms, facts, used: null });
  const age = ageOf(work);
  const isJudged = (op, clause, limit, holds) => work.step(op, clause, [age, BigInt(limit)], holds ? 1n : 0n) === 1n;
  const min = work.clause("min");
  if (!isJudged("at_least", "min", min, age >= BigInt(min))) return { reason: "age_below", steps: work.steps };
  const max = work.clause("max");
  const isBelow = age < BigInt(max) || (age === BigInt(max) && work.clause("max_inclusive"));
  return { reason: isJudged("not_above", "max", max, isBelow) ? null : "age_above", steps: work.steps };
}

function ageOf(work) {
  if (work.has("age")) return work.step("age", "at", [], work.fact("age", "number"), "age");
  const name = work.has("born") ? "born" : "id_number";
  const born = name === "born" ? work.fact("born", "string") : birthday(work.fact("id_number", "string"));
  const facts = new Map(work.facts).set(name, born);
  const start = new Work({ ...work, facts }).day(name);
  const on = work.has("on") ? "on" : { admission: "admitted_on", policy_start: "policy_first_day" }[work.clause("at")];
  if (work.day(on) < start) throw new OpenOutcome("arithmetic_wrong");
  const [from, to] = [born, work.fact(on, "string")];
  // Written out, days of a year compare as texts: 02-29 is behind 02-28 and before 03-01.
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4)) - (to.slice(5) < from.slice(5) ? 1 : 0);
  return work.step("age", "at", [], BigInt(years), name);
}

/** The birthday in an id number of GB 11643, whose last digit checks the others. */
function birthday(id) {
  if (!/^[0-9]{17}[0-9X]$/.test(id)) throw new OpenOutcome("fact_wrong");
  const sum = [...id.slice(0, 17)].reduce((total, digit, at) => total + Number(digit) * (2 ** (17 - at) % 11), 0);
  if (id[17] !== "10X98765432"[sum % 11]) throw new OpenOutcome("fact_wrong");
  return `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`;
}
