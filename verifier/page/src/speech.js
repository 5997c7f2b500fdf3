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

/** The words of a language, and the unit in which amounts are said. */
export class Speech {
  constructor(language, unit = null) {
    this.language = language;
    this.unit = unit;
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

  /** A time in UTC, of seconds since 1970. */
  time(seconds) {
    const date = new Date(seconds * 1000);
    if (Number.isNaN(date.getTime())) return `${seconds} s`;
    return `${date.toISOString().slice(0, 10)} ${date.toISOString().slice(11, 19)} UTC`;
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
