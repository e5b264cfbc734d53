/* A small map on a page: where one event was put, what else the place might be, and by hand another spot for it.
 *
 *   DatelineLayer.smallMap(box, given, tell)   draws, or draws anew, inside the element `box`
 *
 * `given` is {theme, basemap, glyphs, points, route, editable, words}; `route` is a feature as the map layer draws it, or
 * null: then the points are the names of its ends. A point is {id, name, note, lon, lat, radius_km, glyph,
 * precision, chosen}. In an editable map tell("moved", {lon, lat}) follows a drag, or Enter behind steps of the arrow
 * keys, and tell("found", id) a place that was picked: a numbered one, or one found by its name. Loaded after glyphs.js,
 * basemap.js and routes.js. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el } = D;
  const NEAR_KM = 250; // others further away stay off the first view
  const CLOSE = 9; // zoom of a single spot
  const WAIT = 200; // ms of rest before a name is looked up
  const STEP = 12; // px that an arrow key moves the pin; zoom in for smaller ways
  const FINE = 2; // px with Shift
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let base = null; // one copy of the base map for all small maps

  function loadBase(address) {
    if (!base) base = fetch(address).then((answer) => answer.json()).then(D.readBasemap);
    return base;
  }

  class SmallMap {
    constructor(box, given, tell) {
      this.box = box;
      this.tell = tell;
      this.frame = el("div", "dl-map dl-small-map");
      this.frame.setAttribute("role", "application");
      this.said = el("div", "dl-small-said");
      this.said.setAttribute("role", "status");
      box.replaceChildren(this.frame, this.said);
      this.map = L.map(this.frame, { zoomControl: false, attributionControl: true, zoomSnap: 0.5, minZoom: 2, maxZoom: 14, scrollWheelZoom: false });
      L.control.zoom({ zoomInTitle: given.words.zoom_in, zoomOutTitle: given.words.zoom_out }).addTo(this.map);
      this.map.attributionControl.setPrefix("");
      this.map.attributionControl.addAttribution("Natural Earth · GeoNames, CC BY 4.0");
      const pane = (name, z) => (this.map.createPane(name).style.zIndex = z);
      pane("dl-base", 150);
      pane("dl-labels", 390);
      this.marks = L.layerGroup().addTo(this.map);
      this.labels = new D.Sheet("dl-labels", (context, bounds) => this.paintLabels(context, bounds));
      this.draw(given);
      this.labels.addTo(this.map);
      new ResizeObserver(() => this.map.invalidateSize({ animate: false })).observe(this.frame);
    }

    async draw(given) {
      const key = JSON.stringify([given.points, given.route, given.editable, given.theme]);
      if (key === this.key) return;
      const before = this.given;
      this.key = key;
      this.given = given;
      D.theme = { name: given.theme, ...D.THEMES[given.theme] };
      D.config = { ...(D.config || {}), glyphs: given.glyphs, base: "" };
      this.frame.classList.toggle("dl-dark", given.theme === "dark");
      this.frame.setAttribute("aria-label", given.words.map);
      const shown = JSON.stringify(given.points.map((p) => [p.id, p.lon, p.lat]));
      if (shown !== this.shown) this.fit();
      this.shown = shown;
      this.pins();
      this.said.textContent = "";
      if (!before || before.editable !== given.editable) this.search();
      const read = await loadBase(given.basemap);
      if (!this.tiles || !before || before.theme !== given.theme) {
        if (this.tiles) this.tiles.remove();
        this.tiles = new D.BaseTiles(read, {}).addTo(this.map);
      }
      this.base = read;
      this.labels.repaint();
      this.frame.dataset.drawn = String(given.points.length);
    }

    fit() {
      const chosen = this.given.points.find((p) => p.chosen) || this.given.points[0];
      if (!chosen) return this.map.setView([30, 40], 2, { animate: false });
      const here = L.latLng(chosen.lat, chosen.lon);
      const near = this.given.points.filter((p) => this.given.route || here.distanceTo([p.lat, p.lon]) <= NEAR_KM * 1000);
      const box = L.latLngBounds(near.map((p) => [p.lat, p.lon]));
      if (this.given.route) return this.map.fitBounds(box.pad(0.25), { maxZoom: CLOSE, animate: false });
      const wide = Math.max(chosen.radius_km || 0, 8) * 1000;
      box.extend(here.toBounds(2 * wide));
      this.map.fitBounds(box.pad(0.15), { maxZoom: CLOSE, animate: false });
    }

    pins() {
      this.marks.clearLayers();
      if (this.given.route) return;
      let number = 0;
      for (const point of this.given.points) {
        if (point.chosen) this.pin(point);
        else this.other(point, (number += 1));
      }
    }

    pin(point) {
      const ink = D.theme.ink;
      if (point.radius_km >= 1 && point.precision !== "country") {
        L.circle([point.lat, point.lon], { radius: point.radius_km * 1000, color: ink, weight: 1.4, dashArray: "5 5", fillColor: ink, fillOpacity: D.theme.tint, interactive: false }).addTo(this.marks);
      }
      const { editable, words } = this.given;
      const face = el("div", "dl-small-pin", null, D.glyph(point.glyph, 26, D.isHollow(point.precision)));
      const icon = L.divIcon({ html: face, className: "dl-spot", iconSize: [36, 36], iconAnchor: [18, 18] });
      const marker = L.marker([point.lat, point.lon], { icon, draggable: editable, keyboard: editable, autoPan: true, title: editable ? words.drag : D.clean(point.name), alt: D.clean(point.name) });
      marker.on("dragend", () => {
        const at = marker.getLatLng().wrap();
        this.tell("moved", { lon: Number(at.lng.toFixed(5)), lat: Number(at.lat.toFixed(5)) });
      });
      marker.addTo(this.marks);
      if (editable) this.steer(marker, point);
    }

    /* The pin by key: arrows move it over the map, Enter puts the event there, Escape takes it back. */
    steer(marker, point) {
      const { words } = this.given;
      const node = marker.getElement();
      const start = marker.getLatLng();
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", `${D.clean(point.name)}. ${words.steps}`);
      node.addEventListener("focus", () => (this.said.textContent = words.steps));
      node.addEventListener("blur", () => (this.said.textContent = ""));
      node.addEventListener("keydown", (event) => {
        const way = STEPS[event.key];
        const moved = !marker.getLatLng().equals(start, 1e-9);
        if (!way && !(moved && (event.key === "Enter" || event.key === "Escape"))) return;
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation();
        if (way) this.step(marker, way, event.shiftKey ? FINE : STEP, start);
        else if (event.key === "Enter") {
          this.said.textContent = words.taken;
          this.refocus = true;
          marker.fire("dragend");
        } else {
          marker.setLatLng(start);
          this.map.panInside(start, { padding: [40, 40], animate: false });
          this.said.textContent = words.back;
        }
      });
      if (this.refocus) node.focus({ preventScroll: true });
      this.refocus = false;
    }

    step(marker, [right, down], px, start) {
      const at = this.map.containerPointToLatLng(this.map.latLngToContainerPoint(marker.getLatLng()).add([right * px, down * px]));
      at.lat = Math.max(-85, Math.min(85, at.lat));
      marker.setLatLng(at);
      this.map.panInside(at, { padding: [40, 40], animate: false });
      const km = start.distanceTo(at) / 1000;
      const values = { lat: at.lat.toFixed(4), lon: at.wrap().lng.toFixed(4), km: km < 10 ? km.toFixed(1) : Math.round(km) };
      this.said.textContent = this.given.words.at.replace(/\{(\w+)\}/g, (whole, name) => values[name]);
    }

    other(point, number) {
      const { editable, words } = this.given;
      const label = `${number}: ${D.clean(point.name)}`;
      const face = el("div", "dl-small-other", String(number));
      const icon = L.divIcon({ html: face, className: "dl-spot", iconSize: [26, 26], iconAnchor: [13, 13] });
      const marker = L.marker([point.lat, point.lon], { icon, keyboard: editable, interactive: editable, title: editable ? `${label} · ${words.pick}` : label, alt: label });
      if (editable) marker.on("click keypress", () => this.tell("found", point.id));
      marker.addTo(this.marks);
    }

    paintLabels(context, bounds) {
      const corner = this.map.containerPointToLayerPoint([0, 0]);
      const labels = new D.Labels(context, bounds, L.bounds(corner, corner.add(this.map.getSize())));
      const { points, route } = this.given;
      for (const p of points) {
        const country = this.base && p.precision === "country" && (route || p.chosen) && D.countryAt(this.base, p.lon, p.lat);
        if (country) D.drawCountry(context, country, this.map);
      }
      if (route) this.sketch(context, labels, route);
      const spots = points.map((p) => ({ p, at: this.map.latLngToLayerPoint([p.lat, p.lon]) }));
      const room = route ? 5 : 15;
      for (const { at } of spots) labels.take([at.x - room, at.y - room, at.x + room, at.y + room]);
      for (const { p, at } of spots) labels.place("end", at.x, at.y, p.name, p.note, { forced: p.chosen || Boolean(route), gap: route ? 8 : 20 });
      if (this.base) D.baseLabels(labels, this.base, this.map);
      labels.paint();
    }

    /* The arrows of a route with the circles of its ends; names keep off the lines. */
    sketch(context, labels, route) {
      const laid = D.layRoute(route, (lon, lat) => this.map.latLngToLayerPoint([lat, lon]), this.map);
      for (const end of laid.ends) if (end.radius > 11) D.drawHalo(context, end.x, end.y, end.radius, D.theme.ink, true);
      D.drawRoute(context, laid, false);
      for (const [x, y] of laid.legs.flatMap((leg) => leg.points)) labels.take([x - 3, y - 3, x + 3, y + 3]);
    }

    /* A place by its name: the gazetteer's answers under the field, each to be chosen by mouse or keyboard. */
    search() {
      if (this.finder) this.finder.remove();
      this.finder = null;
      if (!this.given.editable) return;
      const { words } = this.given;
      const field = el("input");
      field.type = "search";
      field.placeholder = words.search;
      field.setAttribute("aria-label", words.search);
      const list = el("ul");
      list.setAttribute("aria-live", "polite");
      this.finder = el("div", "dl-small-find", null, field, list);
      L.DomEvent.disableClickPropagation(this.finder);
      this.finder.addEventListener("keydown", (event) => this.walk(event, field, list));
      this.box.append(this.finder);
      let timer = 0;
      let run = null;
      field.addEventListener("input", () => {
        clearTimeout(timer);
        if (run) run.abort();
        timer = setTimeout(async () => {
          const name = field.value.trim();
          if (name.length < 2) return list.replaceChildren();
          run = new AbortController();
          try {
            const answer = await fetch(`/api/places?lang=${this.given.language}&name=${encodeURIComponent(name)}`, { signal: run.signal });
            const found = answer.ok ? (await answer.json()).places : [];
            list.replaceChildren(...(found.length ? found.slice(0, 8).map((place) => this.row(place)) : [el("li", "dl-muted", words.nothing)]));
          } catch (error) {
            if (error.name !== "AbortError") list.replaceChildren(el("li", "dl-muted", words.nothing));
          }
        }, WAIT);
      });
    }

    row(place) {
      const row = D.button("", [place.name, place.note].filter(Boolean).join(" · "), () => this.take(place.id));
      row.append(D.placeFace(place));
      return el("li", "", null, row);
    }

    take(id) {
      const [field, list] = this.finder.children;
      list.replaceChildren();
      field.value = "";
      this.tell("found", id);
    }

    /* Arrow keys go through the answers, Enter in the field takes the first, Escape closes them. */
    walk(event, field, list) {
      const buttons = [...list.querySelectorAll("button")];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!buttons.length || !(step || event.key === "Escape" || (event.key === "Enter" && event.target === field))) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") list.replaceChildren();
      else if (!step) buttons[0].click();
      const at = buttons.indexOf(document.activeElement);
      if (step) (buttons[Math.min(at + step, buttons.length - 1)] || field).focus();
      else if (event.key === "Escape") field.focus();
    }
  }

  D.smallMap = function (box, given, tell) {
    if (box.dlMap && box.dlMap.frame.isConnected) {
      box.dlMap.tell = tell;
      box.dlMap.draw(given);
    } else box.dlMap = new SmallMap(box, given, tell);
    return box.dlMap;
  };
})();
