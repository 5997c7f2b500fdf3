// The steps of a decision as arithmetic in words, each with its basis and the reading that was chosen.

import { h } from "./dom.js";
import { basisChip } from "./picture.js";
import { isChoice } from "./shapes.js";
import { plain } from "./speech.js";

const ELIGIBILITY = Object.freeze(["age", "at_least", "not_above"]); // operations of formulas of kind `age` alone
const JUDGED = Object.freeze(["condition", "at_least", "not_above"]); // what came out is true or false
const COUNTS = Object.freeze(["age", "at_least", "days", "not_above"]); // what went in is no money

/** One step; what it rests on where the terms are shown. */
export function showStep(speech, step, { benefit, terms }) {
  const basis = terms === null ? null : restsOn(speech, step, { benefit, terms });
  return h("li", {}, h("span", {}, stepText(speech, step)), basis);
}

function stepText(speech, step) {
  const { op, in: numbers, out } = step;
  const isCount = COUNTS.includes(op);
  const word = JUDGED.includes(op) ? `op ${op} ${out ? "met" : "failed"}` : `op ${op}`;
  const said = numbers.map((number) => (isCount ? String(number) : speech.amount(number)));
  const gaps = {
    name: speech.known("fact", step.name ?? ""), out: isCount ? String(out) : speech.amount(out), sum: said.join(" − "),
    ...Object.fromEntries(said.map((text, at) => [`in${at}`, text])),
  };
  if (op === "ratio") gaps.in1 = `${numbers[1] / 100}%`;
  if (op === "multiply") gaps.in0 = String(numbers[0]);
  if (op === "tier") gaps.out = String(out + 1);
  if (op === "cap") gaps.period = speech.known("period", step.name ?? "");
  const text = Object.hasOwn(speech.words, word) ? speech.say(word, gaps) : null;
  // An operation that this page has no sentence for, or with another number of inputs.
  if (text === null || /\{\w+\}/.test(text)) {
    return speech.say("op", { op: plain(op), name: gaps.name, numbers: numbers.join(", "), out });
  }
  return text;
}

function restsOn(speech, { op, clause }, { benefit, terms }) {
  const formula = ELIGIBILITY.includes(op) && terms.eligibility !== undefined ? terms.eligibility : benefit;
  const basis = basisOf(clause, formula, terms);
  const readings = choicesIn(terms.formulas[formula], clause.split("."))
    .filter((ambiguity) => Object.hasOwn(terms.readings, ambiguity))
    .map((ambiguity) => speech.say("reading", { ambiguity, reading: terms.readings[ambiguity] }));
  return h("span", { class: "rests" }, basis === null ? null : basisChip(speech, basis),
    readings.map((reading) => h("small", {}, ` ${reading}`)));
}

/** What the terms say a clause comes from: by formula and clause, by the formula, by the clause. */
function basisOf(clause, formula, { basis }) {
  const head = clause.split(".")[0];
  const found = [`${formula}_${head}`, formula, head].find((name) => Object.hasOwn(basis, name));
  return found === undefined ? null : basis[found];
}

/** The ambiguities that stand on the way to a clause and in it, but for those of its neighbours. */
function choicesIn(value, path) {
  if (isChoice(value)) return [value.by];
  if (value === null || typeof value !== "object") return [];
  if (path.length === 0) return Array.isArray(value) ? [] : Object.values(value).filter(isChoice).map(({ by }) => by);
  const [head, ...rest] = path;
  return Object.hasOwn(value, head) ? choicesIn(value[head], rest) : [];
}
