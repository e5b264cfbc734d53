/* What stands over the map: buttons, legend, the list of what is not a point, notes, credits. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el, block, button } = D;

  const ICONS = {
    plus: "M12 5V19M5 12H19", minus: "M5 12H19", full: "M4 9V4H9M15 4H20V9M20 15V20H15M9 20H4V15",
    home: "M4 11L12 4L20 11M6.5 9.5V19.5H17.5V9.5", layers: "M12 4L21 9L12 14L3 9ZM3 14L12 19L21 14", close: "M6 6L18 18M18 6L6 18",
    search: "M15 15L20 20M16.5 10.5A6 6 0 1 1 4.5 10.5A6 6 0 1 1 16.5 10.5", ruler: "M3 16L16 3L21 8L8 21ZM7 12L9 14M10 9L13 12M13 6L15 8",
    play: "M8 5V19L19 12Z", pause: "M8 5V19M16 5V19", pin: "M12 21C7 14 6 12 6 9.5A6 6 0 0 1 18 9.5C18 12 17 14 12 21",
  };

  D.icon = (name) =>
    D.svg(18, D.shape("path", { d: ICONS[name], fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round" }));

  const haloIcon = () =>
    D.svg(18, D.shape("circle", { cx: 12, cy: 12, r: 9, fill: "currentColor", "fill-opacity": 0.08, stroke: "currentColor", "stroke-width": 1.8, "stroke-dasharray": "4 3.2" }));

  /* Places a DOM node in a corner of the map; clicks and wheel on it are not the map's. */
  D.corner = function (map, position, node) {
    const control = L.control({ position });
    control.onAdd = () => {
      L.DomEvent.disableClickPropagation(node);
      L.DomEvent.disableScrollPropagation(node);
      return node;
    };
    control.addTo(map);
    return node;
  };

  /* Zoom, search, full screen, reset view, measure, and the menu of layers. `act` holds what they do, `shown` (the
   * layer) what is shown from the start. */
  D.buttons = function (map, shown, act) {
    const tool = (label, icon, run) => {
      const node = button("", label, () => run(node), D.icon(icon)); // what is opened gives the focus back to it
      return node;
    };
    const zoom = el("div", "dl-bar", null, tool(D.say("Zoom in"), "plus", () => map.zoomIn()), tool(D.say("Zoom out"), "minus", () => map.zoomOut()));
    const { menu, online } = layersMenu(shown, act);
    const layers = tool(D.say("Layers"), "layers", () => {
      menu.hidden = !menu.hidden;
      layers.setAttribute("aria-expanded", String(!menu.hidden));
    });
    layers.setAttribute("aria-expanded", "false");
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      menu.hidden = true;
      layers.setAttribute("aria-expanded", "false");
      layers.focus();
    });
    const measure = tool(D.say("Measure a distance"), "ruler", act.measure);
    measure.classList.add("dl-wide"); // not on the phone
    const tools = el("div", "dl-bar", null,
      tool(D.say("Search a place"), "search", act.search),
      document.fullscreenEnabled && tool(D.say("Full screen"), "full", act.fullscreen),
      tool(D.say("Reset view"), "home", act.reset), layers, measure);
    D.corner(map, "topleft", zoom);
    D.corner(map, "topleft", el("div", "dl-tools", null, tools, menu));
    return { online, measure };
  };

  /* Base maps, one of them; below, what may be laid over. */
  function layersMenu(shown, act) {
    const menu = el("div", "dl-card dl-menu");
    menu.hidden = true;
    const row = (kind, label, checked, onChange) => {
      const box = el("input");
      box.type = kind;
      box.checked = checked;
      if (kind === "radio") box.name = "dl-base";
      box.addEventListener("change", () => onChange(box.checked));
      menu.append(el("label", "", null, box, el("span", "", label)));
      return box;
    };
    menu.append(el("strong", "", D.say("Base map")));
    const looks = [["auto", D.say("Like the page")], ["light", D.say("Light")], ["dark", D.say("Dark")], ["plain", D.say("Plain, without names")]];
    for (const [look, label] of looks) row("radio", label, look === shown.look, () => act.look(look));
    const online = D.config.tiles ? row("checkbox", D.say("Online map"), shown.wanted.online, act.tiles) : null;
    menu.append(el("hr"));
    row("checkbox", D.say("Heat"), shown.hot, act.heat);
    if (D.config.base !== null) row("checkbox", D.say("Reference places"), shown.wanted.places, act.places); // a file has none
    row("checkbox", D.say("Precision of points"), shown.halos, act.halos);
    return { menu, online };
  }

  /* A card that folds up: its button stays. */
  function foldable(className, open) {
    const label = el("span");
    const head = D.press("dl-fold", null, () => set(body.hidden), el("span", "dl-caret"), label);
    const body = el("div", "dl-body");
    const card = el("div", `dl-card ${className}`, null, head, body);
    const set = (value) => {
      body.hidden = !value;
      head.setAttribute("aria-expanded", String(value));
      card.classList.toggle("dl-open", value);
    };
    set(open);
    card.hidden = true;
    return { card, label, body, set };
  }

  D.legend = function (map, open) {
    const { card, label, body, set } = foldable("dl-legend", open);
    label.textContent = D.say("Legend");
    D.corner(map, "bottomleft", card);
    const line = (icon, words) => el("li", "", null, el("span", "dl-sign", null, icon), el("span", "", words));

    /* `seen` says what is on the map: families and the four signs. */
    const update = (seen) => {
      const families = el("ul", "", null,
        ...Object.keys(D.config.glyphs).filter((name) => seen.glyphs.has(name))
          .map((name) => line(D.glyph(name, 16, false), D.say(D.config.glyphs[name].label))));
      const signs = el("ul", "dl-signs", null,
        seen.hollow && line(D.glyph(seen.hollow, 16, true), D.say("hollow: near the named place")),
        seen.halo && line(haloIcon(), D.say("dashed: region or province")),
        seen.route && line(D.arrowIcon(24), D.say("route, direction stated")),
        seen.dashed && line(D.arrowIcon(24, true), D.say("vague end, or direction unsure")));
      body.replaceChildren(...[families, signs].filter((list) => list.childNodes.length));
      card.hidden = !body.childNodes.length;
    };
    return { card, update, set };
  };

  /* The events that have no point: a list at the edge. A few are named, each row opens its card; many are counted by
   * place, each row opens a list. */
  D.edgeList = function (map, open, act) {
    const { card, label, body, set } = foldable("dl-edge", open);
    D.corner(map, "topright", card);
    const FEW = 4;
    let [whole, last] = [false, null];

    const eventRow = (item) => {
      const node = rowOf(item.glyph, item.title, D.precisionWord(item.precision) || D.say("no place stated"), () => act.open(item.id, node.firstChild));
      node.firstChild.title = D.clean([item.title, item.place].filter(Boolean).join(" · "));
      return node;
    };
    const placeRow = (row) => {
      const coarse = D.precisionWord(row.precision);
      const name = [row.place || D.say("no place stated"), coarse].filter(Boolean).join(D.comma());
      const node = rowOf(row.glyph, name, D.number(row.count), () => act.list(row, node.firstChild));
      return node;
    };
    const update = (answer, small) => {
      last = [answer, small];
      const total = answer.unplaced_total || 0;
      const [rows, edge] = [answer.unplaced || [], answer.edge || []];
      const named = total <= FEW || !edge.length;
      card.hidden = !total;
      label.textContent = small ? D.say("{n} not on the map", { n: D.number(total) }) : total > 1 ? D.say("Not shown as points: {n}", { n: D.number(total) }) : D.say("Not shown as a point");
      const lines = named ? rows.map(eventRow) : edge.map(placeRow);
      const shown = whole ? lines : lines.slice(0, FEW);
      body.replaceChildren(el("ul", "", null, ...shown));
      const left = (named ? total : answer.edge_places) - shown.length;
      if (left <= 0) return;
      const words = named ? D.say("{n} more", { n: D.number(left) }) : D.several(left, "more place");
      if (lines.length > shown.length) {
        const all = () => {
          whole = true;
          update(answer, small);
        };
        body.append(D.press("dl-more", words, all));
      } else body.append(el("div", "dl-muted", words));
    };
    return { card, update, set, redraw: () => last && update(...last) };
  };

  function rowOf(glyph, name, aside, onClick) {
    const row = D.press("", null, onClick, D.glyph(glyph, 15, true), block("span", "dl-name", name), el("span", "dl-muted", aside));
    return el("li", "", null, row);
  }

  /* One line in the middle above; with an action it stays, else it goes after six seconds. */
  D.notes = function (map) {
    const box = el("div", "dl-note");
    box.setAttribute("role", "status");
    box.hidden = true;
    map.getContainer().append(box);
    L.DomEvent.disableClickPropagation(box);
    let timer = 0;
    const hide = () => {
      clearTimeout(timer);
      box.hidden = true;
    };
    const show = (words, action, { stays = false } = {}) => {
      clearTimeout(timer);
      box.replaceChildren(el("span", "", words));
      if (action) box.append(D.press("", action.label, action.run));
      else if (!stays) timer = setTimeout(hide, 6000);
      box.hidden = false;
    };
    const mended = () => box.querySelector("button") && hide(); // what can be tried again has been; other notes stay
    return { show, hide, mended };
  };

  /* Leaflet's, with our words for its units. */
  const Scale = L.Control.Scale.extend({
    _updateScale(scale, text, ratio) {
      const [number, unit] = text.split(" ");
      const said = unit === "km" ? D.say("{n} km", { n: number }) : D.say("{n} m", { n: number });
      L.Control.Scale.prototype._updateScale.call(this, scale, D.direction === "rtl" ? `\u2067${said}\u2069` : said, ratio);
    },
  });

  D.credits = function (map) {
    map.attributionControl.setPrefix("Leaflet");
    map.attributionControl.addAttribution(D.say("Map Natural Earth · names GeoNames, CC BY 4.0"));
    new Scale({ position: "bottomright", imperial: false, maxWidth: 90 }).addTo(map);
  };
})();
