// The trail of a gift as a picture: a list of places, and beside each row the bands of money that pass it.
//
// Every part of the gift keeps its column from the top to where it rests, so bands run straight down and never cross.

import { h, s } from "./dom.js";
import { plain } from "./speech.js";
import { classOf } from "./walk.js";

const WIDTH = 96;
const WIDTH_MIN = 5;
const PARTS_MAX = 12;
const GAP = 1;

/** The mark of each state, so that colour alone never tells. */
const MARKS = Object.freeze({
  paid: "✓", "not yet paid": "○", "arrived since": "…", "at rest": "■", "on its way": "→", spent: "−",
  "risk passed": "☂", "given back": "↩",
});

/** What an account is called: its class, and the parts of its name that tell it from others. */
export function placeName(speech, account) {
  const [kind, , ...rest] = account.split("/");
  const names = rest.map((part) => speech.known("part", part));
  const word = speech.known("class", kind);
  return names.length === 0 || kind === "transit" ? word : speech.say("place", { class: word, name: names.join(" ") });
}

/** Branches that went the same way, joined into a tree; a transit that was passed is no place of its own. */
function treeOf(branches) {
  const root = { account: null, children: [], ends: [], amount: 0 };
  for (const { trail, amount, state, as_of: asOf } of branches) {
    let node = root;
    node.amount += amount;
    for (const [at, step] of trail.entries()) {
      if (classOf(step.account) === "transit" && at < trail.length - 1) continue;
      let child = node.children.find(({ account }) => account === step.account);
      if (child === undefined) {
        child = { account: step.account, at: step.at, share: step.share, children: [], ends: [], amount: 0 };
        node.children.push(child);
      }
      child.amount += amount;
      node = child;
    }
    const same = node.ends.find((end) => end.state === state && end.asOf.index === asOf.index);
    if (same === undefined) node.ends.push({ state, asOf, amount });
    else same.amount += amount;
  }
  return root;
}

/** The rows of the picture from top to bottom, and the columns: each end with the rows of the places above it. */
function layOut(root) {
  const [rows, columns] = [[], []];
  const visit = (node, above) => {
    const here = node.account === null ? above : [...above, rows.push({ node }) - 1];
    for (const child of node.children) visit(child, here);
    for (const end of node.ends) columns.push({ end, above: here, row: rows.push({ end, node }) - 1 });
  };
  visit(root, []);
  const room = WIDTH - columns.length * (WIDTH_MIN + GAP);
  let left = 0;
  for (const column of columns) {
    column.left = left;
    column.width = WIDTH_MIN + room * column.end.amount / root.amount;
    left += column.width + GAP;
  }
  return { rows, columns };
}

/** The bands beside one row. */
function slice(columns, row) {
  const bands = columns.filter((column) => column.row >= row && column.above[0] <= row).map((column) => {
    const isEnd = column.row === row;
    const place = column.above.filter((at) => at <= row).at(-1);
    const kind = isEnd ? `end-${column.end.state.replaceAll(" ", "-")}` : `place-${place % 4}`;
    const isHere = isEnd || column.above.includes(row);
    return s("rect", {
      x: column.left.toFixed(2), y: 0, width: column.width.toFixed(2), height: isEnd ? 7 : 10,
      class: `band ${kind}${isHere ? "" : " passing"}`,
    });
  });
  const box = { viewBox: `0 0 ${WIDTH} 10`, preserveAspectRatio: "none" };
  return s("svg", { ...box, "aria-hidden": "true", focusable: "false" }, bands);
}

/** How much of what arrives a split passes on, and what that rests on. */
function shareText(speech, share, terms) {
  const percent = `${Math.round(share[0] / share[1] * 10_000) / 100}%`;
  const basis = terms?.basis.splits ?? null;
  const text = speech.say("share", { percent });
  return basis === null ? text : [text, " ", basisChip(speech, basis)];
}

/** What a clause or an amount comes from, as a small label. */
export function basisChip(speech, basis) {
  return h("span", { class: "basis" }, speech.known("basis", basis));
}

/** The label of a state: mark and word. */
export function stateLabel(speech, state) {
  return h("span", { class: `state state-${state.replaceAll(" ", "-")}` },
    h("span", { class: "mark", "aria-hidden": "true" }, MARKS[state]), speech.say(`state ${state}`));
}

/** The picture of a gift's trail, or null where it has more parts than a picture can show. */
export function trailPicture(speech, { branches, terms }) {
  const root = treeOf(branches);
  const { rows, columns } = layOut(root);
  if (columns.length > PARTS_MAX) return null;
  return h("ol", { class: "trail" }, rows.map(({ node, end }, row) => h("li", {},
    slice(columns, row),
    h("div", {}, end === undefined ? placeRow(speech, node, terms) : endRow(speech, end, node)))));
}

function placeRow(speech, { account, amount, at, share }, terms) {
  const since = `${speech.say("leaf", { index: at.index })} · ${speech.day(at)} · `;
  return [
    h("strong", {}, placeName(speech, account)),
    h("span", { class: "sum" }, speech.amount(amount)),
    h("small", {}, since, h("code", {}, plain(account))),
    share === null ? null : h("small", {}, shareText(speech, share, terms)),
  ];
}

function endRow(speech, { state, amount, asOf }, { account }) {
  return [
    stateLabel(speech, state),
    h("span", { class: "sum" }, speech.amount(amount)),
    h("small", {}, `${placeName(speech, account)} · ${speech.say("leaf as of", { index: asOf.index })}`),
    h("small", {}, speech.say(`state ${state} means`)),
  ];
}
