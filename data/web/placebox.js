/* The box of the place filter: names are looked up while one types. Runs in the page itself. */
const TYPING = 200; // ms after the last key before the server is asked

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".dl-placebox");
  const make = (tag, text) => Object.assign(document.createElement(tag), text === undefined ? {} : { textContent: text });
  const old = box.querySelector("input");
  const typed = old ? old.value : "";
  const [label, input, list] = [make("label", data.words.label), make("input"), make("ul")];
  input.type = "search";
  input.value = typed;
  input.autocomplete = "off";
  label.append(input);
  list.setAttribute("aria-live", "polite");
  let [timer, run] = [0, null];

  const choose = (id) => setTriggerValue("chosen", id);
  const row = (place) => {
    const button = make("button");
    button.dataset.id = place.id;
    const [face, name, note] = [make("span"), make("b", place.name), make("small", place.note)];
    name.dir = note.dir = "auto";
    face.append(name, note);
    button.type = "button";
    button.append(face, make("small", place.events.toLocaleString("en-GB")));
    button.addEventListener("click", () => choose(place.id));
    const item = make("li");
    item.append(button);
    return item;
  };

  const look = async () => {
    const name = input.value.trim().slice(0, 120);
    if (run) run.abort();
    if (name.length < 2) return list.replaceChildren();
    run = new AbortController();
    const query = new URLSearchParams(data.query);
    query.set("name", name);
    query.set("lang", data.language);
    try {
      const answer = await fetch(`/api/places?${query}`, { signal: run.signal });
      const { places } = await answer.json();
      list.replaceChildren(...(places || []).map(row));
      if (!places || !places.length) list.append(make("li", data.words.none));
    } catch (error) {
      if (error.name !== "AbortError") list.replaceChildren(make("li", data.words.none));
    }
    return undefined;
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, TYPING);
  });
  box.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const at = buttons.indexOf(parentElement.activeElement || document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && event.target === input && buttons.length) choose(buttons[0].dataset.id || "");
    if (!step || !buttons.length) return;
    event.preventDefault();
    (buttons[Math.min(at + step, buttons.length - 1)] || input).focus();
  });

  const parts = [label, list];
  if (data.name) {
    const now = make("p", data.words.here + data.name);
    const anywhere = make("button", data.words.anywhere);
    anywhere.type = "button";
    anywhere.className = "dl-anywhere";
    anywhere.addEventListener("click", () => choose(""));
    parts.push(now, anywhere);
  }
  box.replaceChildren(...parts);
}
