/* What Streamlit mounts where its own shortcuts know no such key: a key presses a button, unless someone is typing or
 * the key is wanted where the focus is (a map, a list of choices).
 *
 * `data.keys` is {key: button}. A letter is known by its place on the keyboard too, so that it works where the layout
 * types other letters there: Arabic, Cyrillic, Greek. "next" and "back" are the arrows along the line of reading.
 * `data.panels` are the keys of what a button opens. */
const TYPING = new Set(["INPUT", "TEXTAREA", "SELECT"]);
const OWN_ARROWS = "[role=radiogroup], [role=application], [role=listbox], [role=slider], [role=tablist], [role=grid], .leaflet-container";
const LATIN = /^[a-z]$/i;

function nameOf(event, data) {
  const arrows = data.rtl ? { ArrowLeft: "next", ArrowRight: "back" } : { ArrowRight: "next", ArrowLeft: "back" };
  if (event.key in arrows) return arrows[event.key];
  if (event.key === "؟") return "?";
  if (event.key.length === 1 && !LATIN.test(event.key) && /^Key[A-Z]$/.test(event.code) && !event.shiftKey) return event.code.slice(3).toLowerCase();
  return LATIN.test(event.key) ? "" : event.key; // Latin letters are Streamlit's own shortcuts
}

/* A panel that has just opened takes the focus, so that the next Tab leads to its first field. */
function follow(panels) {
  const open = new Set();
  const look = () => {
    for (const name of panels) {
      const panel = document.querySelector(`.st-key-${CSS.escape(name)}`);
      if (panel && !open.has(name)) {
        open.add(name);
        panel.tabIndex = -1;
        panel.focus();
      } else if (!panel) open.delete(name);
    }
  };
  const watch = new MutationObserver(look);
  watch.observe(document.querySelector(".stApp") || document.body, { childList: true, subtree: true });
  return watch;
}

export default function ({ data }) {
  const watch = data.panels.length ? follow(data.panels) : null;
  function pressed(event) {
    const at = event.composedPath()[0];
    const inside = at instanceof Element;
    const typing = inside && (TYPING.has(at.tagName) || at.isContentEditable);
    if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const name = nameOf(event, data);
    if (!data.keys[name] || (event.key.startsWith("Arrow") && inside && at.closest(OWN_ARROWS))) return;
    const button = document.querySelector(`.st-key-${CSS.escape(data.keys[name])} button`);
    if (!button) return;
    if (event.key.startsWith("Arrow")) event.preventDefault();
    button.click();
  }
  document.addEventListener("keydown", pressed);
  return () => {
    document.removeEventListener("keydown", pressed);
    if (watch) watch.disconnect();
  };
}
