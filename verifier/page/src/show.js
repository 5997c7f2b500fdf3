// The answer as parts of the page: one of four words first, then whose it is, then what was proven.

import { folded, h, pairs, section } from "./dom.js";
import { showCover, showNotices } from "./show_cover.js";
import { showGift, showWay } from "./show_gift.js";
import { summaryOf, whatOf } from "./show_summary.js";
import { plain } from "./speech.js";

const MARKS = Object.freeze({ valid: "✓", invalid: "✕", "cannot tell": "?", unreadable: "–" });
const DAY_MS = 86_400_000;

/** The answer: `valid`, `invalid`, `cannot tell` or `unreadable`, with its reason. */
export function showOutcome(speech, { outcome, verdict, word, message, ms }, names) {
  const looks = { class: `outcome outcome-${outcome.replace(" ", "-")}`, id: "answer" };
  return h("section", { ...looks, tabindex: -1, "aria-labelledby": "outcome" },
    h("span", { class: "seal", "aria-hidden": "true" }, MARKS[outcome]),
    h("div", {}, h("h1", { id: "outcome" }, speech.say(`outcome ${outcome}`)), 
      verdict === null ? null : h("p", { class: "summary" }, summaryOf(speech, verdict)),
      h("p", {}, speech.say(`outcome ${outcome} means`)),
      word === null ? null : h("p", {}, speech.say(word)),
      message === null ? null
        : h("p", { class: "why" }, h("strong", {}, `${speech.say("why")}: `), h("code", { lang: "en" }, plain(message))),
      h("p", { class: "took" }, speech.say("judged", names), ms === null ? "" : ` · ${speech.say("took", { ms })}`)));
}

/** Everything that a valid receipt says. */
export function showVerdict(speech, verdict, { now }) {
  return [
    verdict.line === null ? null : showQuestion(speech, verdict),
    verdict.subject === "donation" ? showGift(speech, verdict) : null,
    verdict.subject === "cover" ? showCover(speech, verdict) : null,
    verdict.subject === "entry" ? showEntry(speech, verdict) : null,
    verdict.cautions.length === 0 ? null : section(speech.say("note"), { class: "card caution" }, h("ul", {},
      verdict.cautions.map(([name, value]) => h("li", {}, speech.say(`caution ${name}`, { value: plain(value) }))))),
    showFreshness(speech, verdict, now),
    h("div", { class: "card more" },
      folded(speech.say("checks"), showChecks(checksOf(speech, verdict))),
      verdict.subject === "donation" ? showWay(speech, verdict) : null,
      folded(speech.say("words"), wordsOf(speech, verdict))),
  ];
}

/** "Is this your payment?": one line cannot serve two donors. */
function showQuestion(speech, { subject, line }) {
  const isGift = subject === "donation";
  const told = h("p", { role: "status", class: "told" });
  const answer = (word) => () => { told.textContent = speech.say(word); };
  const entries = Object.entries(line.opening).filter(([name]) => name !== "amount")
    .map(([name, value]) => [speech.known("opening", name), plain(textOf(value))]);
  return section(speech.say(isGift ? "is this your payment" : "is this you"), { class: "card question" },
    isGift ? h("p", { class: "big" }, speech.amount(line.amount)) : null,
    pairs(entries),
    h("p", { class: "hint" }, speech.say(isGift ? "is this your payment means" : "is this you means")),
    h("div", { class: "answers" },
      h("button", { type: "button", onclick: answer("answered yes") }, speech.say("yes")),
      h("button", { type: "button", onclick: answer(`answered no ${isGift ? "payment" : "you"}`) }, speech.say("no"))),
    told);
}

function textOf(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function showChecks(texts) {
  const mark = () => h("span", { class: "mark mark-good", "aria-hidden": "true" }, "✓");
  return h("ul", { class: "checks" }, texts.map((text) => h("li", {}, mark(), text)));
}

function showEntry(speech, { entry }) {
  const membersOf = (value) => pairs(
    Object.entries(value).map(([name, item]) => [name, h("code", {}, plain(textOf(item)))]));
  const kind = whatOf(speech, entry);
  const leaf = speech.say("leaf", { index: entry.at.index });
  return [
    section(speech.say("entry"), { class: "card" }, pairs([
      [speech.say("entry kind"), `${kind} · ${leaf} · ${speech.moment(entry.at)}`],
      [speech.say("entry signers"), speech.list(entry.signers.map((signer) => speech.known("who", signer)))],
      [speech.say("entry hash"), h("code", {}, entry.text_hash)],
    ]), folded(speech.say("entry text"), membersOf(entry.value)),
    entry.body === null ? null : folded(speech.say("entry body"), membersOf(entry.body))),
    entry.notices.length === 0 ? null : showNotices(speech, entry.notices),
  ];
}

function showFreshness(speech, { as_of: asOf, vouched_unix_s: vouched }, now) {
  const days = asOf.time_unix_ms === null ? null : Math.floor(now / DAY_MS) - Math.floor(asOf.time_unix_ms / DAY_MS);
  const word = days < 0 ? "ahead" : ["age today", "age one"][days] ?? "age many";
  return section(speech.say("fresh"), { class: "card" },
    h("p", {}, `${speech.say("as of", { time: speech.moment(asOf) })} `,
      days === null ? null : h("strong", {}, speech.say(word, { count: days }))),
    vouched === null ? null : h("p", {}, speech.say("vouched", { time: speech.time(vouched) })),
    h("p", { class: "hint" }, speech.say("newer")));
}

function checksOf(speech, verdict) {
  const { line, leaves, size, rows, origin, cosigned, witnesses, quorum, as_of: asOf, cover } = verdict;
  const claims = cover?.claims ?? [];
  const worked = claims.flatMap((claim) => claim.worked);
  const names = speech.list(cosigned.map(([name]) => speech.known("who", name)));
  const values = { count: cosigned.length, witnesses, quorum, names };
  return [
    line === null ? null : speech.say("check line", { index: line.index, count: line.count, entry: line.entry.index }),
    speech.say("check inclusion", { indices: speech.list(leaves), size }),
    speech.say("check signers"),
    rows === 0 ? null : speech.say("check balance", { index: asOf.index }),
    claims.some(({ duties }) => duties.length > 0) ? speech.say("check duties") : null,
    worked.length > 0 ? speech.say("check decisions", { indices: speech.list(worked) }) : null,
    speech.say("check checkpoint", { origin: plain(origin), size }),
    speech.say(quorum === null ? "check cosigned" : "check cosignatures", values),
  ].filter((text) => text !== null);
}

function wordsOf(speech, { terms }) {
  const names = ["entry", "balance", "vouch"]
    .map((name) => [speech.say(`word ${name}`), speech.say(`word ${name} means`)]);
  const bases = terms === null ? [] : ["published", "derived", "assumed", "invented"]
    .map((name) => [speech.say(`basis ${name}`), speech.say(`basis ${name} means`)]);
  return pairs([...names, ...bases]);
}
