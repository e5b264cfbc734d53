/* A map in a file of its own: a bar above the map filters by words, type, source and status, the timeline under it by day, the list
 * beside it follows. Loaded last. All text is written by textContent. */
"use strict";
(function () {
  const D = window.DatelineLayer;
  const { el, passing } = D;
  const NARROW = 860; // px below which the list goes under the map
  const WORDS_MOST = 200; // code units of a search

  /* ---- the bar ---- */

  const sourceLabel = (name) => (name === "none" ? D.say("Publisher not stated") : name);

  /* [key, label, how many], the most frequent first. */
  function counted(rows, keysOf, labelOf) {
    const counts = new Map();
    for (const row of rows) for (const key of keysOf(row)) {
      if (!counts.has(key)) counts.set(key, [key, labelOf(row, key), 0]);
      counts.get(key)[2] += 1;
    }
    return [...counts.values()].sort((a, b) => b[2] - a[2] || (a[1] < b[1] ? -1 : 1));
  }

  function choices(name, title, options, changed) {
    const list = el("ul");
    const summary = el("summary", "", D.say("{title}: all", { title }));
    const boxes = options.map(([key, label, number]) => {
      const box = el("input");
      box.type = "checkbox";
      box.addEventListener("change", () => changed());
      list.append(el("li", "", null, el("label", "", null, box, D.block("span", "", label), el("small", "", D.number(number)))));
      return { box, key, label };
    });
    const node = el("details", `dl-pick dl-pick-${name}`, null, summary, list);
    const chosen = () => boxes.filter(({ box }) => box.checked);
    const tell = () => {
      const labels = chosen().map(({ label }) => label);
      const values = { title, name: D.clean(labels[0]), n: labels.length };
      if (!labels.length) summary.textContent = D.say("{title}: all", values);
      else summary.textContent = labels.length === 1 ? D.say("{title}: {name}", values) : D.say("{title}: {n} chosen", values);
    };
    const choose = (keys) => boxes.forEach((row) => (row.box.checked = keys.includes(row.key)));
    return { node, name, tell, choose, keys: () => chosen().map(({ key }) => key) };
  }

  /* Words that must occur: asked for with Enter, or when the field is left or emptied. */
  function search(changed) {
    const input = el("input", "dl-words");
    input.type = "search";
    input.placeholder = D.say("Search words, places, actors");
    input.setAttribute("aria-label", D.say("Search"));
    input.maxLength = WORDS_MOST;
    let last = "";
    const ask = () => {
      if (input.value.trim() === last) return;
      last = input.value.trim();
      changed();
    };
    input.addEventListener("change", ask);
    input.addEventListener("input", () => input.value || ask());
    const choose = (text) => (input.value = last = text);
    return { node: input, choose, keys: () => (last ? [last] : []) };
  }

  /* The place that is asked for, which the search of places gives; a button drops it. */
  function place(data, changed) {
    let asked = [];
    const node = D.press("dl-pick-place", "", () => {
      choose([]);
      changed();
    });
    const choose = (ids) => {
      asked = ids;
      node.hidden = !ids.length;
      if (ids.length) node.replaceChildren(D.say("Place: {name}", { name: D.clean(data.places[Number(ids[0])].name) }), " ×");
    };
    choose([]);
    node.title = D.say("Anywhere");
    return { node, choose, keys: () => asked };
  }

  /* Types, sources and statuses to choose from, and how much passes; the days are those of the timeline. */
  function bar(data, layer) {
    const rows = [...data.events, ...data.routes];
    const count = el("output");
    const asked = () => {
      const { from, to } = layer.days;
      const query = new URLSearchParams([["from", from], ["to", to]].filter(([, day]) => day));
      for (const pick of picks) pick.keys().forEach((key) => query.append(pick.name, key));
      words.keys().forEach((text) => query.append("text", text));
      spot.keys().forEach((key) => query.append("place", key));
      return query.toString();
    };
    const tell = () => {
      picks.forEach((pick) => pick.tell());
      const [events, routes] = [passing(data.events, asked()).length, passing(data.routes, asked()).length];
      const parts = { events: D.several(events, "event"), routes: D.several(routes, "route"), n: D.number(rows.length) };
      count.textContent = events + routes ? D.say("{events}, {routes} of {n}", parts) : D.say("Nothing matches; clear a filter.");
    };
    const changed = () => {
      tell();
      window.DL.do({ do: "filter", query: asked() });
    };
    const picks = [
      choices("type", D.say("Types"), counted(rows, (row) => [row.type], (row) => row.type_label), changed),
      choices("source", D.say("Sources"), counted(rows, (row) => row.sources, (_, key) => sourceLabel(key)), changed),
    ];
    const statuses = counted(rows, (row) => [row.status], (_, key) => key);
    if (statuses.length > 1) picks.push(choices("status", D.say("Status"), statuses, changed));
    const [words, spot] = [search(changed), place(data, changed)];
    const clear = D.press("", D.say("Clear"), () => {
      picks.forEach((pick) => pick.choose([]));
      words.choose("");
      spot.choose([]);
      layer.timeline.choose("", "");
      changed();
    });
    const close = (but) => picks.forEach(({ node }) => node !== but && (node.open = false));
    document.addEventListener("click", (event) => close(event.target.closest("details")));
    document.addEventListener("keydown", (event) => event.key === "Escape" && close(null));
    document.getElementById("dl-bar").append(el("strong", "", "Dateline"), words.node, ...picks.map((pick) => pick.node), spot.node, clear, count);
    // what the timeline and the counts beside the map ask for
    layer.map.on("dl-told", ({ told }) => {
      for (const pick of picks) if (told.set && told.set[pick.name]) pick.choose(told.set[pick.name]);
      if (told.set && told.set.place) spot.choose(told.set.place);
      if (told.set) changed();
    });
    tell();
  }

  /* ---- start ---- */

  /* The data: JSON, packed with gzip and written in base64. */
  async function unpacked(text) {
    const bytes = Uint8Array.from(atob(text.trim()), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
  }

  /* The timeline under the map and the list beside it, as the page has them. */
  D.around = function (layer) {
    const [time, rail] = [document.getElementById("dl-file-time"), document.getElementById("dl-file-rail")];
    rail.setAttribute("aria-label", D.say("View"));
    layer.timeline = new D.Timeline(layer, time);
    layer.rail = new D.Rail(layer, rail);
    const fit = () => document.body.classList.toggle("dl-narrow", window.innerWidth < NARROW);
    window.addEventListener("resize", fit);
    fit();
    bar(D.held, layer);
  };

  async function start() {
    const theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    document.body.classList.toggle("dl-night", theme === "dark");
    document.body.classList.toggle("dl-rtl", D.direction === "rtl");
    const cite = document.getElementById("dl-cite");
    cite.textContent = D.say("Reading …");
    const data = (D.held = await unpacked(document.getElementById("dl-data").textContent));
    cite.textContent = data.citation;
    const [minZoom, maxZoom] = data.zoom;
    const map = L.map("dl-file-map", { zoomControl: false, minZoom, maxZoom }).setView([35, 40], 5);
    const config = { theme, tiles: null, base: null, basemap: "basemap", looks: data.glyphs, around: true };
    D.start(map, config, D.answers(data, sourceLabel));
  }

  start().catch((error) => {
    document.getElementById("dl-cite").textContent = D.say("This browser is too old to unpack the map ({error}).", { error: error.message });
  });
})();
