// Saying things in one language: words, amounts, times and foreign text.

import { CHINESE } from "./words_zh.js";
import { ENGLISH } from "./words_en.js";

export const WORDS = Object.freeze({ en: ENGLISH, zh: CHINESE });

const DECIMALS = Object.freeze({ CNY: 2, VND: 0 });
const FOREIGN_MAX = 200;

/** Foreign text in one line that cannot act on the page: controls, marks of direction and the like are escaped. */
export function plain(value) {
  const text = String(value);
  const escaped = (character) => `\\u{${character.codePointAt(0).toString(16)}}`;
  const shown = Array.from(text.slice(0, FOREIGN_MAX), (character) => (
    character !== " " && /[\p{C}\p{Z}]/u.test(character) ? escaped(character) : character));
  return text.length > FOREIGN_MAX ? `${shown.join("")}…` : shown.join("");
}

/** The words of a language, the unit in which amounts are said, and the zone in which times are. */
export class Speech {
  constructor(language, { unit = null, zone = "+00:00" } = {}) {
    this.language = language;
    this.unit = unit;
    this.zone = zone;
    this.words = WORDS[language];
  }

  /** A sentence with its gaps filled. */
  say(word, values = {}) {
    const filled = (gap, name) => (Object.hasOwn(values, name) ? String(values[name]) : gap);
    return this.words[word].replace(/\{(\w+)\}/g, filled);
  }

  /** The word for a name, or the name itself where there is none. */
  known(family, name) {
    const word = `${family} ${name}`;
    return Object.hasOwn(this.words, word) ? this.words[word] : plain(name);
  }

  /** An amount of minor units. A unit that is not known has no decimals to show. */
  amount(minor) {
    const decimals = DECIMALS[this.unit];
    const digits = String(minor < 0 ? -minor : minor).padStart((decimals ?? 0) + 1, "0");
    const end = digits.length - (decimals ?? 0);
    const whole = digits.slice(0, end).replace(/\B(?=(\d{3})+$)/g, ",");
    const number = `${minor < 0 ? "-" : ""}${whole}${decimals ? `.${digits.slice(end)}` : ""}`;
    if (decimals === undefined) {
      return `${number} ${this.say("unit none")}${this.unit === null ? "" : ` ${plain(this.unit)}`}`;
    }
    return `${number} ${this.say(`unit ${this.unit}`)}`;
  }

  /** What the clocks of the zone show, YYYY-MM-DD hh:mm:ss, of seconds since 1970. */
  clock(seconds) {
    const [hours, minutes] = this.zone.slice(1).split(":").map(Number);
    const ahead = (this.zone[0] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60;
    const date = new Date((seconds + ahead) * 1000);
    return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString().slice(0, 19).replace("T", " ");
  }

  /** A time with the zone that it is said in. */
  time(seconds) {
    const text = this.clock(seconds);
    const zone = Object.hasOwn(this.words, `zone ${this.zone}`) ? this.say(`zone ${this.zone}`) : `UTC${this.zone}`;
    return this.say("time", { text, zone });
  }

  /** The day on which a leaf was stamped. */
  day({ time_unix_ms: time }) {
    return time === null ? "?" : this.clock(Math.floor(time / 1000)).slice(0, "YYYY-MM-DD".length);
  }

  /** When a leaf was stamped. */
  moment({ time_unix_ms: time }) {
    return time === null ? "?" : this.time(Math.floor(time / 1000));
  }

  days(count, unit) {
    return this.say(`${count === 1 ? "one" : "many"} ${unit}`, { count });
  }

  list(items) {
    return items.join(this.say("pause"));
  }
}
