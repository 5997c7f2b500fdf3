// What the form of an entry asks beyond the types of its members (kinds.md and terms.md: "format error").

import { FormatError } from "./errors.js";
import { parseDay } from "./parse.js";
import { isChoice } from "./shapes.js";
import { isWorkday } from "./workdays.js";

const LINES_MAX = 1_000_000;
const NO_CALENDARS = new Map();

function ask(holds, what, wanted) {
  if (!holds) throw new FormatError(`${what}: expected ${wanted}`);
}

const isRising = (items) => items.every((item, at) => at === 0 || item > items[at - 1]);
const isApart = (items) => new Set(items).size === items.length;
const lastPart = (account) => account.slice(account.lastIndexOf("/") + 1);

const FORMS = Object.freeze({
  balance({ publish }, what) {
    ask(isRising(publish), `${what}: publish`, "accounts in order, each once");
  },

  calendar({ days_off: off, work_days: worked, year }, what) {
    for (const days of [off, worked]) {
      ask(isRising(days) && days.every((day) => day.startsWith(`${year}-`)), what, `rising days of ${year}`);
    }
    const isWeekday = (day) => isWorkday(parseDay(day, what), NO_CALENDARS);
    ask(off.every(isWeekday), `${what}: days_off`, "Mondays to Fridays");
    ask(!worked.some(isWeekday), `${what}: work_days`, "Saturdays and Sundays");
  },

  donation({ lines }, what) {
    ask(lines.count >= 1 && lines.count <= LINES_MAX, `${what}: lines`, `1 to ${LINES_MAX}`);
  },

  drive({ first_day: first, last_day: last }, what) {
    ask((first === undefined) === (last === undefined) && (first === undefined || first <= last), what,
      "a first and a last day in order, or neither");
  },

  enrolment(entry, what) {
    FORMS.donation(entry, what);
    ask(isRising((entry.columns ?? []).map(({ name }) => name)), `${what}: columns`, "them by name, each once");
    if (entry.op !== "remove") return;
    ask(["tags", "columns", "place"].every((name) => entry[name] === undefined) && entry.reason !== undefined, what,
      "a removal with a reason, and without tags, columns or place");
  },

  fact({ county, name, value }, what) {
    ask((name === undefined) === (value === undefined) && (county === undefined || name !== undefined), what,
      "a name and a value, or neither and no county");
  },

  terms(terms, what) {
    const { formulas, eligibility, premium, notices, deadlines } = terms;
    for (const [name, formula] of Object.entries(formulas)) checkFormula(formula, terms, `${what}: ${name}`);
    const isKind = (name, kind) => formulas[name]?.kind === kind;
    ask(eligibility === undefined || isKind(eligibility, "age"), `${what}: eligibility`, "a formula of kind age");
    ask(premium === undefined || isKind(premium.formula, "per_head"), `${what}: premium`, "a formula of kind per_head");
    ask(isApart(notices.map(({ id }) => id)), `${what}: notices`, "each id once");
    for (const notice of notices) checkNotice(notice, `${what}: notice ${notice.id}`);
    for (const deadline of deadlines) checkDeadline(deadline, `${what}: deadline ${deadline.id}`);
  },
});

/** Every value that may stand in a clause. */
function valuesOf(clause) {
  return (isChoice(clause) ? clause.readings.map(({ is }) => is) : [clause]).filter((value) => value !== null);
}

/** Tiers rise; all but the last say where they end and whether that belongs to them. */
function checkTiers(clause, end, what) {
  for (const tiers of valuesOf(clause)) {
    const last = tiers.at(-1);
    ask(tiers.slice(0, -1).every((tier) => tier[end] !== undefined && tier.including !== undefined), what,
      `every tier but the last with ${end} and including`);
    ask(last[end] === undefined && last.including === undefined, what, `a last tier without ${end} and including`);
    ask(isRising(tiers.slice(0, -1).map((tier) => tier[end])), what, "tiers that rise");
  }
}

function checkFormula(formula, { splits, deadlines }, what) {
  const { kind, base, split, duty, tiers } = formula;
  if (base !== undefined) {
    ask((base.from === undefined) === (base.less === undefined), `${what}: base`, "from and less together");
  }
  if (kind === "tiered") checkTiers(tiers, "up_to", `${what}: tiers`);
  if (kind === "deadline") ask(deadlines.some(({ id }) => id === duty), `${what}: duty`, "the id of a deadline");
  if (split === undefined) return;
  const found = splits.find(({ name }) => name === split);
  ask(found !== undefined, `${what}: split`, "one of the splits of the terms");
  if (kind === "share") ask(lastPart(found.to) !== lastPart(found.rest), `${what}: split`, "shares of different names");
}

const STARTS = Object.freeze({
  open: ["claim"], decide: ["complete"], pay: ["complete", "decision"], answer: ["objection"],
});

function checkDeadline({ id, starts, tiers }, what) {
  ask(STARTS[id].includes(starts), `${what}: starts`, STARTS[id].join(" or "));
  checkTiers(tiers, "below", `${what}: tiers`);
}

const NOTICE_MEMBERS = Object.freeze({
  drive: ["months"], drive_end: ["months"], transfer: ["above", "days"], year: ["year_day"],
});

/** Members that a row does not use are absent, those it uses present. */
function checkNotice(notice, what) {
  const used = NOTICE_MEMBERS[notice.on];
  const isRight = ["above", "days", "months", "year_day"]
    .every((name) => used.includes(name) === (notice[name] !== undefined));
  ask(isRight, what, `exactly ${used.join(" and ")}`);
}

/** Refuse an entry whose members do not fit together. */
export function checkForm(value, what) {
  if (Object.hasOwn(FORMS, value.kind)) FORMS[value.kind](value, `${what}: ${value.kind}`);
}
