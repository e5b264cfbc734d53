/* What Streamlit mounts where its own shortcuts know no such key: the key presses a button, unless someone is typing. */
const TYPING = new Set(["INPUT", "TEXTAREA", "SELECT"]);

export default function ({ data }) {
  function pressed(event) {
    const at = event.composedPath()[0];
    const typing = at instanceof Element && (TYPING.has(at.tagName) || at.isContentEditable);
    if (event.key !== data.key || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const button = document.querySelector(`.st-key-${CSS.escape(data.button)} button`);
    if (button) button.click();
  }
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}
