// Elements of the page. Texts are set as texts: nothing from outside is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== false));
  return element;
}

/** An HTML element; attributes whose names begin with `on` are listeners. */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** An SVG element. */
export function s(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** A list of terms and what they are: [[term, text], …]. */
export function pairs(entries, attributes = {}) {
  return h("dl", attributes, entries.map(([term, text]) => h("div", {}, h("dt", {}, term), h("dd", {}, text))));
}

/** A part of the page under a heading of its own. */
export function section(title, attributes, ...children) {
  return h("section", attributes, h("h2", {}, title), ...children);
}

/** A part that is folded until it is asked for. */
export function folded(title, ...children) {
  return h("details", {}, h("summary", {}, title), ...children);
}
