/* A map in a file of its own: what the layer asks for is answered from the JSON in the file, and a bar above the map
 * filters by day, type and source. Loaded last. All text is written by textContent. */
"use strict";
(function () {
  const D = window.DatelineLayer;
  const { el } = D;
  const UNPLACED_MOST = 50; // rows of the edge list, as the server sends

  /* ---- what is asked for ---- */

  /* Rows of which the query lets pass: days that touch the asked ones, any of the types, any of the sources. */
  function passing(rows, query) {
    const asked = new URLSearchParams(query);
    const [from, to] = [asked.get("from"), asked.get("to")];
    const [types, sources] = [new Set(asked.getAll("type")), new Set(asked.getAll("source"))];
    return rows.filter(
      (row) =>
        (!from || (row.end && row.end >= from)) && (!to || (row.start && row.start <= to)) &&
        (!types.size || types.has(row.type)) && (!sources.size || row.sources.some((name) => sources.has(name)))
    );
  }

  function inside(box, { lon, lat }) {
    const [west, south, east, north] = box;
    const across = west > east ? lon >= west || lon <= east : lon >= west && lon <= east;
    return across && lat >= south && lat <= north;
  }

  function cells(rows, query) {
    const box = (new URLSearchParams(query).get("bbox") || "-180,-90,180,90").split(",").map(Number);
    const placed = rows.filter((row) => row.placed);
    const unplaced = rows.filter((row) => !row.placed);
    const edges = (name) => placed.map((row) => row[name]).sort((a, b) => a - b);
    const [lons, lats] = [edges("lon"), edges("lat")];
    return {
      points: placed.filter((row) => inside(box, row)), cells: null, total: rows.length,
      unplaced: unplaced.slice(0, UNPLACED_MOST), unplaced_total: unplaced.length,
      bounds: placed.length ? [lons[0], lats[0], lons[lons.length - 1], lats[lats.length - 1]] : null,
    };
  }

  /* Answers as the HTTP routes of the app give them. */
  const fromFile = (data) => async (path, query) => {
    if (path === data.basemapPath) return data.basemap;
    if (path === "/api/cells") return cells(passing(data.events, query), query);
    if (path === "/api/routes.geojson") return { features: passing(data.routes, query).map((row) => row.feature) };
    const found = data.details[decodeURIComponent(path.replace("/api/events/", ""))];
    if (!found) throw new Error(D.say("This file does not hold that event."));
    return found;
  };

  /* ---- the bar ---- */

  const sourceLabel = (name) => name || D.say("Publisher not stated");

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
    const clear = () => boxes.forEach(({ box }) => (box.checked = false));
    return { node, name, tell, clear, keys: () => chosen().map(({ key }) => key) };
  }

  function dayInput(label, changed) {
    const input = el("input");
    input.type = "date";
    input.addEventListener("change", changed);
    return { input, node: el("label", "", null, el("span", "", label), input) };
  }

  function bar(data, show) {
    const rows = [...data.events, ...data.routes];
    const count = el("output");
    const changed = () => {
      const query = new URLSearchParams();
      if (from.input.value) query.set("from", from.input.value);
      if (to.input.value) query.set("to", to.input.value);
      for (const pick of picks) pick.keys().forEach((key) => query.append(pick.name, key));
      picks.forEach((pick) => pick.tell());
      const [events, routes] = [passing(data.events, query).length, passing(data.routes, query).length];
      const parts = { events: D.several(events, "event"), routes: D.several(routes, "route"), n: D.number(rows.length) };
      count.textContent = events + routes ? D.say("{events}, {routes} of {n}", parts) : D.say("Nothing matches; clear a filter.");
      show(query.toString());
    };
    const [from, to] = [dayInput(D.say("From"), changed), dayInput(D.say("To"), changed)];
    const picks = [
      choices("type", D.say("Types"), counted(rows, (row) => [row.type], (row) => row.type_label), changed),
      choices("source", D.say("Sources"), counted(rows, (row) => row.sources, (_, key) => sourceLabel(key)), changed),
    ];
    const clear = el("button", "", D.say("Clear"));
    clear.type = "button";
    clear.addEventListener("click", () => {
      from.input.value = to.input.value = "";
      picks.forEach((pick) => pick.clear());
      changed();
    });
    const close = (but) => picks.forEach(({ node }) => node !== but && (node.open = false));
    document.addEventListener("click", (event) => close(event.target.closest("details")));
    document.addEventListener("keydown", (event) => event.key === "Escape" && close(null));
    document.getElementById("dl-bar").append(el("strong", "", "Dateline"), from.node, to.node, ...picks.map((pick) => pick.node), clear, count);
    changed();
  }

  /* ---- start ---- */

  const data = JSON.parse(document.getElementById("dl-data").textContent);
  data.basemapPath = "basemap";
  const theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.body.classList.toggle("dl-dark-page", theme === "dark");
  document.getElementById("dl-cite").textContent = data.citation;
  const [minZoom, maxZoom] = data.zoom;
  const map = L.map("dl-file-map", { zoomControl: false, minZoom, maxZoom }).setView([35, 40], 5);
  const config = { theme, tiles: null, base: null, basemap: data.basemapPath, looks: data.glyphs };
  D.start(map, config, fromFile(data));
  bar(data, (query) => window.DL.do({ do: "filter", query }));
})();
