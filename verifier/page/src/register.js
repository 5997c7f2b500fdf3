// A member's register row (receipt.md, steps 9 and 10): claims, duties, and whether they were kept.

import { ProofError } from "./errors.js";
import { formatDay, parseDay } from "./parse.js";
import { dayInZone, daysLate, dueDay } from "./workdays.js";

/** The newest version of a programme's terms among the shown leaves, or null. */
export function newestTerms(leaves, programme) {
  const all = [...leaves.values()].filter(({ value }) => value.kind === "terms" && value.programme === programme);
  return all.sort((left, right) => right.value.version - left.value.version)[0] ?? null;
}

/** The day on which duties are judged: that of the newest balance, where the programme lives. */
export function judgementDay(leaves, { programme, balance }) {
  const terms = newestTerms(leaves, programme);
  if (terms === null) {
    throw new ProofError(`register: the terms of ${programme}, which name the time zone, are not shown`);
  }
  return dayInZone(leaves.get(balance).stamp.time_unix_ms, terms.value.zone);
}

function asSets({ days_off, work_days }) {
  return { days_off: new Set(days_off), work_days: new Set(work_days) };
}

/** The calendars that a duty names, by year; and all that are shown under the same name, the newest of each year. */
function calendarsOf(duty, leaves, { what, balance }) {
  const named = duty.calendar.map((index) => {
    const leaf = leaves.get(index);
    if (leaf?.value.kind !== "calendar") throw new ProofError(`${what}: leaf ${index} is no calendar that is shown`);
    return leaf.value;
  });
  if (new Set(named.map(({ name }) => name)).size > 1 || new Set(named.map(({ year }) => year)).size < named.length) {
    throw new ProofError(`${what}: expected calendars of one name, each year once`);
  }
  const counted = new Map(named.map((value) => [value.year, asSets(value)]));
  const shown = new Map();
  for (const [index, { value }] of leaves) {
    const isOther = value.kind === "calendar" && index <= balance && named.some(({ name }) => name === value.name);
    if (isOther) shown.set(value.year, asSets(value));
  }
  return { counted, shown: new Map([...shown, ...counted]) };
}

/** Work a duty's due day out again and judge it on the day `on`. */
function judgeDuty(duty, leaves, { on, claim, balance }) {
  const what = `claim ${claim}: duty to ${duty.id}`;
  const judged = {
    id: duty.id, by: duty.by, starts: duty.starts, days: duty.days, unit: duty.unit, due: duty.due, met: duty.met,
    late: 0, at_least: false, on: formatDay(on),
  };
  if (duty.due === null) return { ...judged, kept: duty.met === null ? "waits" : "met" };
  if (duty.days === null) throw new ProofError(`${what}: a due day without a number of days`);
  const { counted, shown } = calendarsOf(duty, leaves, { what, balance });
  const { due, isProvisional } = dueDay(
    { starts: parseDay(duty.starts, what), days: duty.days, unit: duty.unit, calendars: counted });
  if (due === null || formatDay(due) !== duty.due || isProvisional !== duty.provisional) {
    throw new ProofError(`${what}: counted again it is due on ${due === null ? "no day" : formatDay(due)}`
      + `${isProvisional ? ", provisionally" : ""}, the register says ${duty.due}`);
  }
  if (isProvisional) return { ...judged, kept: "provisional" };
  const until = duty.met === null ? on : parseDay(duty.met, what);
  if (until <= due) return { ...judged, kept: duty.met === null ? "open" : "met" };
  const { late, isAtLeast } = daysLate({ due, until, unit: duty.unit, calendars: shown });
  return { ...judged, kept: duty.met === null ? "late" : "met late", late, at_least: isAtLeast };
}

/** What an entry obliges a party to publish; its due day is taken as the row states it. */
export function judgeNotice({ id, by, due, met, number }, { on }) {
  const judged = { id, by, due, met, number, late: 0, on: formatDay(on) };
  if (due === null) return { ...judged, kept: "met" };
  const late = on - parseDay(due, "notice");
  return late > 0 ? { ...judged, kept: "late", late } : { ...judged, kept: "open" };
}

/** The claims of a member in the order of the row, each with its duties and the bodies about it. */
export function claimsOf({ row, leaves, bodies, commitment, programme, balance }) {
  const claims = row?.claims ?? [];
  for (const { claim } of claims) {
    const leaf = leaves.get(claim);
    if (leaf === undefined) throw new ProofError(`register: leaf ${claim} of a claim is not shown`);
    if (leaf.value.kind !== "sealed" || leaf.value.programme !== programme) {
      throw new ProofError(`register: leaf ${claim} is no sealed entry of ${programme}`);
    }
  }
  const about = bodiesByClaim(claims.map(({ claim }) => claim), bodies, commitment);
  const needsDay = claims.some(({ duties }) => duties.length > 0);
  const on = needsDay ? judgementDay(leaves, { programme, balance }) : null;
  return claims.map(({ claim, decision, duties, objection, paid, state }) => {
    const shown = about.get(claim);
    verifyNewest(shown, { claim, decision, balance });
    return {
      index: claim, state, paid, objection, bodies: shown,
      duties: duties.map((duty) => judgeDuty(duty, leaves, { on, claim, balance })),
    };
  });
}

/** An older decision may not be passed off as the newest. */
function verifyNewest(shown, { claim, decision, balance }) {
  const before = shown.filter(([index, body]) => body.kind === "decision" && index <= balance).map(([index]) => index);
  if (before.length > 0 && Math.max(...before) !== decision) {
    throw new ProofError(`claim ${claim}: leaf ${Math.max(...before)} is shown as its newest decision, `
      + `the register names ${decision ?? "none"}`);
  }
}

/** Bodies by the claim that they are about; one that is about nothing of this member is refused. */
function bodiesByClaim(claims, bodies, commitment) {
  const about = new Map(claims.map((claim) => [claim, []]));
  const claimOf = new Map();
  for (const [index, body] of bodies) {
    const claim = body.kind === "claim" ? index : body.claim ?? claimOf.get(body.decision ?? body.payout);
    const isOthers = body.kind === "claim" && body.member !== commitment;
    if (!about.has(claim) || isOthers) throw new ProofError(`body ${index}: it is about no claim on the register row`);
    claimOf.set(index, claim);
    about.get(claim).push([index, body]);
  }
  return about;
}
