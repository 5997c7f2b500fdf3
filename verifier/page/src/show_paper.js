// A receipt as a sheet of paper: what it is, what was found, its codes, and how to check it again.

import { modulesOf } from "./codes.js";
import { h, s } from "./dom.js";
import { whatOf } from "./show_summary.js";
import { plain } from "./speech.js";

/** The sheet; `parts` are the bytes of its codes, `checkedAt` is in milliseconds. */
export function showSheet(speech, { verdict, outcome, parts, name, checkedAt }) {
  const count = parts.length;
  return h("article", { class: "sheet", id: "sheet", tabindex: -1, "aria-labelledby": "sheet-title" },
    h("h1", { id: "sheet-title" }, h("b", { lang: "zh-CN" }, "明账"), " ", titleOf(speech, verdict)),
    verdict?.line ? h("p", {}, openingOf(speech, verdict)) : null,
    h("p", {}, foundOf(speech, { verdict, outcome, checkedAt })),
    h("p", { class: "again-how" }, speech.say("sheet how", { count })),
    h("p", {}, h("small", {}, speech.say("sheet private"), " ", speech.say("sheet name"), " ", h("code", {}, name))),
    h("ol", { class: "codes" }, parts.map((bytes, at) => h("li", {},
      showCode(bytes, speech.say("sheet code", { number: at + 1, count })),
      h("span", { class: "place", "aria-hidden": "true" }, h("b", {}, String(at + 1)), ` / ${count}`)))));
}

function titleOf(speech, verdict) {
  if (verdict === null) return speech.say("sheet receipt");
  if (verdict.subject === "donation") return speech.say("sheet donation", { amount: speech.amount(verdict.line.amount) });
  if (verdict.subject === "cover") return speech.say("sheet cover");
  return speech.say("sheet entry", { what: whatOf(speech, verdict.entry) });
}

/** By what a reader knows whose it is. */
function openingOf(speech, { subject, line }) {
  return Object.entries(line.opening).filter(([name]) => subject !== "donation" || name !== "amount")
    .map(([name, value]) => speech.say("sheet opening", {
      name: speech.known("opening", name), value: plain(typeof value === "string" ? value : JSON.stringify(value)),
    })).join(speech.say("pause"));
}

function foundOf(speech, { verdict, outcome, checkedAt }) {
  const found = speech.say("sheet found", {
    time: speech.time(Math.floor(checkedAt / 1000)), outcome: speech.say(`outcome ${outcome}`),
  });
  const asOf = verdict === null ? null : speech.say("as of", { time: speech.moment(verdict.as_of) });
  return [h("strong", {}, found), " ", asOf, " ", speech.say("sheet words")];
}

/** One code, black on white in every light. */
function showCode(bytes, label) {
  const modules = modulesOf(bytes);
  const runs = [];
  for (const [y, row] of modules.entries()) {
    for (let x = 0; x < row.length;) {
      const end = row.indexOf(!row[x], x) === -1 ? row.length : row.indexOf(!row[x], x);
      if (row[x]) runs.push(`M${x} ${y}h${end - x}v1H${x}z`);
      x = end;
    }
  }
  const size = modules.length;
  return s("svg", { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    s("rect", { width: size, height: size, fill: "#fff" }), s("path", { d: runs.join(""), fill: "#000" }));
}
