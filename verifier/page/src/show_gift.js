// A gift in words: whose payment it is, where each part of it is, and the way it went.

import { folded, h, section } from "./dom.js";
import { placeName, stateLabel, trailPicture } from "./picture.js";
import { plain } from "./speech.js";

/** Where the gift is: the picture, the same as a table, and what rule says so. */
export function showGift(speech, verdict) {
  const picture = trailPicture(speech, verdict);
  const table = partsTable(speech, verdict);
  return section(speech.say("where", { amount: speech.amount(verdict.line.amount) }), { class: "card gift" },
    h("p", { class: "hint" },
      speech.say(picture === null ? "too many parts" : "where hint", { count: verdict.branches.length })),
    picture,
    picture === null ? table : folded(speech.say("all parts"), table),
    h("p", { class: "hint" }, speech.say("rule")));
}

function partsTable(speech, { pieces, line }) {
  const heads = ["amount", "state", "place", "as of"];
  const label = speech.say("all parts");
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, h("table", {},
    h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, speech.say(`column ${name}`))))),
    h("tbody", {}, pieces.map(({ account, amount, state, as_of: asOf }) => h("tr", {},
      h("td", { class: "number" }, speech.amount(amount)),
      h("td", {}, stateLabel(speech, state)),
      h("td", {}, placeName(speech, account), h("br"), h("code", {}, plain(account))),
      h("td", {}, speech.say("leaf", { index: asOf.index }))))),
    h("tfoot", {}, h("tr", {},
      h("td", { class: "number" }, speech.amount(line.amount)), h("td", { colspan: 3 }, speech.say("sum"))))));
}

/** The way, hop by hop. */
export function showWay(speech, { hops }) {
  const hopOf = ({ at, kind, purpose, source, to, amount }) => {
    const said = speech.say("hop", { index: at.index, time: speech.moment(at), kind: speech.known("kind", kind) });
    return h("li", {},
      h("span", {}, purpose === null ? said : `${said} (${plain(purpose)})`),
      h("span", {}, h("code", {}, plain(source)), " → ", h("code", {}, plain(to))),
      h("strong", {}, speech.amount(amount)));
  };
  return folded(speech.say("way"), h("ol", { class: "way" }, hops.map(hopOf)));
}
