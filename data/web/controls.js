/* What stands over the map: buttons, legend, the list of what is not a point, notes, credits. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el, block, button } = D;
  const CREDITS = "Map Natural Earth · names GeoNames, CC BY 4.0";

  const ICONS = {
    plus: "M12 5V19M5 12H19", minus: "M5 12H19", full: "M4 9V4H9M15 4H20V9M20 15V20H15M9 20H4V15",
    home: "M4 11L12 4L20 11M6.5 9.5V19.5H17.5V9.5", layers: "M12 4L21 9L12 14L3 9ZM3 14L12 19L21 14", close: "M6 6L18 18M18 6L6 18",
  };

  D.icon = (name) =>
    D.svg(18, D.shape("path", { d: ICONS[name], fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round" }));

  D.arrowIcon = (size, dashed) => {
    const line = D.shape("path", { d: dashed ? "M0 12H24" : "M0 12H17", fill: "none", stroke: "currentColor", "stroke-width": 2.4, "stroke-dasharray": dashed ? "5 3" : "none" });
    const head = D.shape("path", { d: "M24 12L14 7L16.5 12L14 17Z", fill: "currentColor" });
    return dashed ? D.svg(size, line) : D.svg(size, line, head);
  };

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

  /* Zoom, full screen, reset view, layers menu. `act` holds what they do. */
  D.buttons = function (map, act) {
    const zoom = el("div", "dl-bar", null,
      button("", "Zoom in", () => map.zoomIn(), D.icon("plus")),
      button("", "Zoom out", () => map.zoomOut(), D.icon("minus")));
    const menu = el("div", "dl-card dl-menu");
    menu.hidden = true;
    const tick = (label, checked, onChange) => {
      const box = el("input");
      box.type = "checkbox";
      box.checked = checked;
      box.addEventListener("change", () => onChange(box.checked));
      menu.append(el("label", "", null, box, el("span", "", label)));
      return box;
    };
    if (D.config.base !== null) tick("Reference places", false, act.places); // the store knows them, a file does not
    const online = D.config.tiles ? tick("Online map", true, act.tiles) : null;
    const layers = button("", "Layers", () => {
      menu.hidden = !menu.hidden;
      layers.setAttribute("aria-expanded", String(!menu.hidden));
    }, D.icon("layers"));
    layers.setAttribute("aria-expanded", "false");
    const tools = el("div", "dl-bar", null,
      document.fullscreenEnabled && button("", "Full screen", act.fullscreen, D.icon("full")),
      button("", "Reset view", act.reset, D.icon("home")), menu.childNodes.length && layers);
    D.corner(map, "topleft", zoom);
    D.corner(map, "topleft", el("div", "dl-tools", null, tools, menu));
    return { online };
  };

  /* A card that folds up: its button stays. */
  function foldable(className, open) {
    const label = el("span");
    const head = el("button", "dl-fold", null, el("span", "dl-caret"), label);
    head.type = "button";
    const body = el("div", "dl-body");
    const card = el("div", `dl-card ${className}`, null, head, body);
    const set = (value) => {
      body.hidden = !value;
      head.setAttribute("aria-expanded", String(value));
      card.classList.toggle("dl-open", value);
    };
    head.addEventListener("click", () => set(body.hidden));
    set(open);
    card.hidden = true;
    return { card, label, body, set };
  }

  D.legend = function (map, open) {
    const { card, label, body, set } = foldable("dl-legend", open);
    label.textContent = "Legend";
    D.corner(map, "bottomleft", card);
    const line = (icon, words) => el("li", "", null, el("span", "dl-sign", null, icon), el("span", "", words));

    /* `seen` says what is on the map: families and the four signs. */
    const update = (seen) => {
      const families = el("ul", "", null,
        ...Object.keys(D.config.glyphs).filter((name) => seen.glyphs.has(name))
          .map((name) => line(D.glyph(name, 16, false), D.config.glyphs[name].label)));
      const signs = el("ul", "dl-signs", null,
        seen.hollow && line(D.glyph(seen.hollow, 16, true), "hollow: near the named place"),
        seen.halo && line(haloIcon(), "dashed: region or province"),
        seen.route && line(D.arrowIcon(24), "route, direction stated"),
        seen.dashed && line(D.arrowIcon(24, true), "vague end, or direction unsure"));
      body.replaceChildren(...[families, signs].filter((list) => list.childNodes.length));
      card.hidden = !body.childNodes.length;
    };
    return { card, update, set };
  };

  /* The events that have no point: a list at the edge, each row opens its card. */
  D.edgeList = function (map, open, onPick) {
    const { card, label, body, set } = foldable("dl-edge", open);
    D.corner(map, "topright", card);
    const MOST = 4;
    let whole = false;

    const update = (rows, total, small) => {
      card.hidden = !total;
      label.textContent = small ? `${D.number(total)} not on the map` : total > MOST ? `Not shown as points: ${D.number(total)}` : "Not shown as a point";
      const list = el("ul");
      for (const item of whole ? rows : rows.slice(0, MOST)) {
        const name = block("span", "dl-name", item.title);
        const open = el("button", "", null, D.glyph(item.glyph, 15, true), name, el("span", "dl-muted", D.precisionWord(item)));
        open.type = "button";
        open.title = D.clean([item.title, item.place].filter(Boolean).join(" · "));
        open.addEventListener("click", () => onPick(item.id, open));
        list.append(el("li", "", null, open));
      }
      body.replaceChildren(list);
      if (!whole && rows.length > MOST) {
        const more = el("button", "dl-more", `${D.number(total - MOST)} more`);
        more.type = "button";
        more.addEventListener("click", () => {
          whole = true;
          update(rows, total, small);
        });
        body.append(more);
      } else if (total > rows.length) body.append(el("div", "dl-muted", `and ${D.number(total - rows.length)} more`));
    };
    return { card, update, set };
  };

  D.precisionWord = (item) =>
    item.place || item.precision ? { admin1: "province", topic: "topic" }[item.precision] || item.precision || "" : "no place";

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
    const show = (words, action) => {
      clearTimeout(timer);
      box.replaceChildren(el("span", "", words));
      if (action) {
        const again = el("button", "", action.label);
        again.type = "button";
        again.addEventListener("click", action.run);
        box.append(again);
      } else timer = setTimeout(hide, 6000);
      box.hidden = false;
    };
    return { show, hide };
  };

  D.credits = function (map) {
    map.attributionControl.setPrefix("Leaflet");
    map.attributionControl.addAttribution(CREDITS);
    L.control.scale({ position: "bottomright", imperial: false, maxWidth: 90 }).addTo(map);
  };
})();
