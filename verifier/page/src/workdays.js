// Working days and what is late (duties.md). Days are numbers of days since 1970-01-01.
//
// `calendars` maps a year to {days_off, work_days} as sets of days written YYYY-MM-DD.

import { formatDay } from "./parse.js";

function yearOf(day) {
  return Number(formatDay(day).slice(0, 4));
}

/** Whether a day is worked; a year without a calendar counts Monday to Friday. */
export function isWorkday(day, calendars) {
  const calendar = calendars.get(yearOf(day));
  const text = formatDay(day);
  if (calendar?.work_days.has(text)) return true;
  if (calendar?.days_off.has(text)) return false;
  // 1970-01-01 was a Thursday.
  return (((day + 3) % 7) + 7) % 7 < 5;
}

/** The due day, the years that were counted over, and whether one of them has no calendar. */
export function dueDay({ starts, days, unit, calendars }) {
  if (unit === "calendar_day") return { due: starts + days, years: [], isProvisional: false };
  const years = new Set();
  let day = starts;
  for (let left = days; left > 0;) {
    day += 1;
    if (formatDay(day) === null) return { due: null, years: [...years], isProvisional: false };
    years.add(yearOf(day));
    if (isWorkday(day, calendars)) left -= 1;
  }
  return { due: day, years: [...years], isProvisional: [...years].some((year) => !calendars.has(year)) };
}

/** How many days after `due`, up to and with `until`; `isAtLeast` where a year's calendar is not known. */
export function daysLate({ due, until, unit, calendars }) {
  if (unit === "calendar_day") return { late: Math.max(0, until - due), isAtLeast: false };
  let late = 0;
  let isAtLeast = false;
  for (let day = due + 1; day <= until; day += 1) {
    if (!calendars.has(yearOf(day))) isAtLeast = true;
    else if (isWorkday(day, calendars)) late += 1;
  }
  return { late, isAtLeast };
}

/** The day of a stamp's time in a zone like +08:00. */
export function dayInZone(timeUnixMs, zone) {
  const [hours, minutes] = zone.slice(1).split(":").map(Number);
  const offset = (zone[0] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  return Math.floor((timeUnixMs + offset) / 86_400_000);
}
