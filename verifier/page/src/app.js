// The page: takes a receipt and a trust file, checks them on this device, and shows the answer.

import { codesIn, pixelsOf } from "./codes.js";
import { h } from "./dom.js";
import { CannotTell, isVerdict, ProofError, SignatureError } from "./errors.js";
import { Gathered } from "./gathered.js";
import { isPart, parsePart, splitReceipt } from "./paper.js";
import { decodeText, encodeText, parseBase64 } from "./parse.js";
import { parsePolicy } from "./policy.js";
import { FORMAT } from "./receipt_file.js";
import { verifyReceipt } from "./receipt.js";
import { showOutcome, showVerdict } from "./show.js";
import { showSheet } from "./show_paper.js";
import { plain, Speech, WORDS } from "./speech.js";
import { READERS } from "./readers.js";
import { TRUSTED } from "./trusted.js";

const DAY_SECONDS = 86_400;
// Pages that came over an unprotected line have none of it.
const CAN_HASH = globalThis.crypto?.subtle !== undefined;
// How files begin, one character a byte: PNG, JPEG, GIF and WebP; and what scanners like to make instead.
const PICTURE = /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF)/;
const PDF = /^%PDF/;
const START_BYTES = 4;
const PICTURE_BYTES_MAX = 50_000_000;

const state = {
  language: navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en",
  chosen: { receipt: null, policy: null }, // {name, bytes}
  told: null, // {word, values}: what there is to say about pictures of a receipt
  gathered: new Gathered(),
  reading: Promise.resolve(), // files are read one after another
  answer: null,
  sheet: null, // the bytes of the codes, while the sheet is shown
};
const find = (id) => document.getElementById(id);
const speech = (said = {}) => new Speech(state.language, said);

// -- judging ----------------------------------------------------------------------------------------------------------

const unreadable = (word, message = null) => ({ outcome: "unreadable", word, message, verdict: null });

const cannotTell = (word, { message }) => ({ outcome: "cannot tell", word, message, verdict: null });

/** In one sentence what kind of fault was found. */
function whyOf(error) {
  if (error instanceof SignatureError) return "why signature";
  return error instanceof ProofError ? "why proof" : "why format";
}

/** Whether bytes claim to be a receipt at all; only then is a fault in them a fault of the receipt. */
function whatIsNoReceipt(bytes) {
  try {
    if (decodeText(bytes, "receipt").includes(FORMAT)) return null;
  } catch {
    return unreadable("why no receipt");
  }
  return unreadable("why no receipt");
}

/** One of four answers about a receipt, with its reason; `now` is in seconds. */
export async function judge(receipt, policyBytes, { now, maxAgeSeconds = null }) {
  if (!CAN_HASH) return cannotTell("why crypto", { message: "crypto.subtle is not there" });
  let policy;
  try {
    policy = await parsePolicy(policyBytes);
  } catch (error) {
    if (!isVerdict(error)) throw error;
    return unreadable("why policy", error.message);
  }
  const refused = whatIsNoReceipt(receipt);
  if (refused !== null) return refused;
  try {
    const verdict = await verifyReceipt(receipt, policy, { now, maxAgeSeconds });
    return { outcome: "valid", word: null, message: null, verdict };
  } catch (error) {
    if (error instanceof CannotTell) return cannotTell(null, error);
    if (isVerdict(error)) return { outcome: "invalid", word: whyOf(error), message: error.message, verdict: null };
    return cannotTell("why mistake", error);
  }
}

// -- showing ----------------------------------------------------------------------------------------------------------

function render() {
  const words = speech();
  document.documentElement.lang = words.say("lang");
  document.title = words.say("page title");
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = words.say(element.dataset.say);
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", words.say(element.dataset.label));
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === state.language));
  }
  for (const option of find("age").options) {
    option.textContent = option.value === "" ? words.say("age any") : words.say("age days", { count: option.value });
  }
  for (const name of ["receipt", "policy"]) renderChosen(words, name);
  renderAnswer();
}

function renderChosen(words, name) {
  const chosen = state.chosen[name];
  const isBuiltIn = name === "policy" && chosen?.origins !== undefined;
  const told = name === "receipt" ? state.told : null;
  const size = chosen === null ? "" : `${(chosen.bytes.length / 1000).toFixed(1)} kB`;
  find(`${name}-chosen`).textContent = told !== null ? words.say(told.word, told.values)
    : chosen === null ? "" : isBuiltIn ? words.say("policy built in", { origins: words.list(chosen.origins.map(plain)) })
      : words.say("chosen", { name: chosen.name === null ? words.say("pasted") : plain(chosen.name), size });
  find(`${name}-drop`).classList.toggle("has", chosen !== null);
}

/** What was checked, and by what. */
function namesOf(words) {
  const { receipt, policy } = state.chosen;
  const nameOf = (chosen) => (chosen.name === null ? words.say("pasted") : plain(chosen.name));
  const trust = policy.origins === undefined ? nameOf(policy) : words.say("trust built in");
  return { receipt: nameOf(receipt), policy: trust };
}

function renderAnswer() {
  const { answer } = state;
  find("form").hidden = answer !== null;
  find("intro").hidden = answer !== null;
  if (answer === null) return;
  const { unit, terms } = answer.verdict ?? {};
  const words = speech({ unit, zone: terms?.zone });
  if (state.sheet !== null) {
    find("result").replaceChildren(
      h("p", { class: "again" },
        h("button", { type: "button", class: "primary", onclick: () => window.print() }, words.say("print sheet")),
        h("button", { type: "button", onclick: leaveSheet }, words.say("leave sheet"))),
      showSheet(words, { ...answer, parts: state.sheet, name: parsePart(state.sheet[0], "code").name }));
    return;
  }
  const isPrinted = answer.outcome === "valid" || answer.outcome === "cannot tell";
  find("result").replaceChildren(...[
    showOutcome(words, answer, namesOf(words)),
    ...(answer.verdict === null ? [] : showVerdict(words, answer.verdict, { now: Date.now() })).flat(Infinity),
    h("p", { class: "again" },
      isPrinted ? h("button", { type: "button", onclick: showAsSheet }, words.say("for paper")) : null,
      h("button", { type: "button", onclick: () => window.print() }, words.say("print")),
      h("button", { type: "button", onclick: startOver }, words.say("again"))),
  ].filter((child) => child !== null));
}

async function showAsSheet() {
  state.sheet = await splitReceipt(state.chosen.receipt.bytes);
  renderAnswer();
  find("sheet").focus();
}

function leaveSheet() {
  state.sheet = null;
  renderAnswer();
  find("answer").focus();
}

function startOver() {
  state.answer = null;
  state.gathered = new Gathered();
  choose("receipt", null);
  find("result").replaceChildren();
  find("spoken").textContent = "";
  renderAnswer();
  find("receipt-text").value = "";
  find("receipt-file").value = "";
  find("receipt-file").focus();
}

function tell(word) {
  find("status").textContent = word === null ? "" : speech().say(word);
}

// -- choosing ---------------------------------------------------------------------------------------------------------

function choose(name, chosen, told = null) {
  state.chosen[name] = chosen;
  if (name === "receipt") state.told = told;
  tell(null);
  renderChosen(speech(), name);
}

/** Dropped together, a receipt and a trust file are told apart by what is in them. */
async function chooseFiles(files, name) {
  for (const file of files) {
    const start = String.fromCharCode(...new Uint8Array(await file.slice(0, START_BYTES).arrayBuffer()));
    const isPicture = PICTURE.test(start) || file.type.startsWith("image/");
    if (isPicture || PDF.test(start)) {
      await addPicture(file, { isPicture });
      continue;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    choose(files.length === 1 ? name : start.startsWith("{") ? "receipt" : "policy", { name: file.name, bytes });
  }
}

/** Reads the codes in a picture, and says which are still missing. */
async function addPicture(file, { isPicture }) {
  const name = plain(file.name);
  const fail = (word) => choose("receipt", null, { word, values: { name } });
  if (!isPicture) return fail("picture pdf");
  if (file.size > PICTURE_BYTES_MAX) return fail("picture large");
  choose("receipt", null, { word: "picture reading", values: { name } });
  const pixels = await pixelsOf(file);
  if (pixels === null) return fail("picture closed");
  const codes = (await codesIn(pixels)).filter(isPart);
  if (codes.length === 0) return fail("picture empty");
  const { gathered } = state;
  try {
    let isOther = false;
    for (const code of codes) isOther = gathered.add(code) || isOther;
    const { count, missing } = gathered;
    const values = { name, count, have: count - missing.length, missing: speech().list(missing) };
    if (missing.length > 0) return choose("receipt", null, { word: isOther ? "codes other" : "codes some", values });
    return choose("receipt", { name: file.name, bytes: await gathered.receipt() }, { word: "codes all", values });
  } catch (error) {
    if (!isVerdict(error)) throw error;
    state.gathered = new Gathered();
    return fail("codes wrong");
  }
}

/** Pasting often loses the LF at the end, or adds blanks around; the receipt itself holds neither. */
function choosePasted(name, text) {
  const cleaned = text.replaceAll("\r\n", "\n").trim();
  choose(name, cleaned === "" ? null : { name: null, bytes: encodeText(`${cleaned}\n`) });
}

async function checkChosen(event) {
  event.preventDefault();
  await state.reading;
  const { receipt, policy } = state.chosen;
  if (receipt === null || policy === null) {
    tell(receipt === null ? "need receipt" : "need policy");
    return;
  }
  tell("checking");
  const started = performance.now();
  const days = find("age").value;
  const answer = await judge(receipt.bytes, policy.bytes, {
    now: Math.floor(Date.now() / 1000), maxAgeSeconds: days === "" ? null : Number(days) * DAY_SECONDS,
  });
  const took = Math.max(1, Math.round(performance.now() - started));
  state.answer = { ...answer, checkedAt: Date.now(), ms: answer.outcome === "unreadable" ? null : took };
  tell(null);
  renderAnswer();
  const word = `outcome ${answer.outcome}`;
  find("spoken").textContent = speech().list([speech().say(word), speech().say(`${word} means`)]);
  find("answer").focus();
}

function read(files, name) {
  const chosen = [...files];
  find("form").setAttribute("aria-busy", "true");
  const reading = state.reading.catch(() => null).then(() => chooseFiles(chosen, name)).finally(() => {
    if (state.reading === reading) find("form").removeAttribute("aria-busy");
  });
  state.reading = reading;
}

function listen() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      state.language = button.dataset.language;
      render();
    });
  }
  for (const name of ["receipt", "policy"]) {
    find(`${name}-file`).addEventListener("change", (event) => read(event.target.files, name));
    find(`${name}-text`).addEventListener("input", (event) => choosePasted(name, event.target.value));
    const drop = find(`${name}-drop`);
    for (const type of ["dragenter", "dragover"]) {
      drop.addEventListener(type, (event) => {
        event.preventDefault();
        drop.classList.add("over");
      });
    }
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      read(event.dataTransfer.files, name);
    });
  }
  // A file that misses its field would otherwise be opened in place of the page.
  for (const type of ["dragover", "drop"]) window.addEventListener(type, (event) => event.preventDefault());
  find("form").addEventListener("submit", checkChosen);
}

async function start() {
  listen();
  render();
  if (TRUSTED === null || !CAN_HASH) return;
  const bytes = parseBase64(TRUSTED, "built-in trust file");
  const { logs } = await parsePolicy(bytes);
  choose("policy", { name: null, bytes, origins: logs.map(({ key }) => key.name) });
}

// For whoever wants to try the readers by hand, and for tests: nothing here changes the page.
globalThis.mingzhang = Object.freeze({ ...READERS, judge, words: WORDS });

start();
