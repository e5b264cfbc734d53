/* On a phone the filters stand behind one button: it opens them as a sheet from below. Runs in the page itself.
 *
 * The same script draws the button (data.part is "button"), the head of the sheet and its foot; that the sheet is open
 * stands on the root element, so that page.css can show it and a run of the page does not close it. */
const ROOT = document.documentElement;
const MARK = "dlSheet"; // data-dl-sheet
const OPENER = "dl-sheet-opener";

const make = (tag, name, text) => Object.assign(document.createElement(tag), { className: name }, text === undefined ? {} : { textContent: text });
const panel = () => document.querySelector(".st-key-sheet");
let opener = null;

function set(open) {
  const was = MARK in ROOT.dataset;
  if (open) ROOT.dataset[MARK] = "";
  else delete ROOT.dataset[MARK];
  const sheet = panel();
  if (sheet) {
    for (const [key, value] of [["role", "dialog"], ["aria-modal", "true"], ["aria-label", opener ? opener.dataset.title : ""]]) {
      if (open) sheet.setAttribute(key, value);
      else sheet.removeAttribute(key);
    }
  }
  if (opener) opener.setAttribute("aria-expanded", String(open));
  if (open && sheet) requestAnimationFrame(() => sheet.querySelector("button")?.focus({ preventScroll: true }));
  else if (was && opener) opener.focus({ preventScroll: true });
}

/* Escape first closes what was opened from the sheet, then the sheet; so does a press beside it. */
function listen() {
  const inside = (event) => event.composedPath().some((node) => node === panel() || node === opener || node.dataset?.testid === "stPopoverBody" || node.role === "listbox" || node.dataset?.baseweb);
  const key = (event) => {
    if (event.key === "Escape" && MARK in ROOT.dataset && !document.querySelector("[data-testid=stPopoverBody]")) set(false);
  };
  const press = (event) => MARK in ROOT.dataset && !inside(event) && event.target === ROOT && set(false);
  document.addEventListener("keydown", key, true);
  document.addEventListener("pointerdown", press, true);
  return () => {
    document.removeEventListener("keydown", key, true);
    document.removeEventListener("pointerdown", press, true);
  };
}

function button({ words, number }) {
  const node = make("button", OPENER);
  const sign = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  sign.setAttribute("viewBox", "0 0 24 24");
  sign.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M4 7H20M7 12H17M10 17H14");
  sign.append(path);
  node.type = "button";
  node.dataset.title = words.filters;
  node.setAttribute("aria-haspopup", "dialog");
  node.setAttribute("aria-expanded", String(MARK in ROOT.dataset));
  node.append(sign, make("span", "", words.filters));
  if (number) {
    const badge = make("span", "dl-set", String(number));
    badge.setAttribute("aria-label", words.set);
    node.append(badge);
  }
  node.addEventListener("click", () => set(!(MARK in ROOT.dataset)));
  opener = node;
  return [node];
}

function closer(name, text, label) {
  const node = make("button", name, text);
  node.type = "button";
  if (label) node.setAttribute("aria-label", label);
  node.addEventListener("click", () => set(false));
  return node;
}

export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".dl-sheet");
  const { part, words } = data;
  box.dataset.part = part;
  if (part === "button") box.replaceChildren(...button(data));
  else if (part === "head") box.replaceChildren(make("strong", "", words.filters), closer("dl-x", "×", words.close));
  else box.replaceChildren(closer("dl-done", words.show));
  if (part !== "button") return undefined;
  const end = listen();
  return () => {
    end();
    if (!panel()) set(false); // another page was opened
  };
}
