/* Tools over the map: search a place and fly there, measure a distance, copy coordinates. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el } = D;
  const TYPING = 200; // ms after the last key before the server is asked
  const NUMBERS = /^\s*(-?\d+(?:\.\d+)?)\s*°?\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*°?\s*$/;
  const NEAR_ZOOM = 10;
  const [HELD, SHAKE] = [650, 10]; // ms that a finger rests for coordinates, px that it may stray meanwhile
  const ENDS = ["pointerup", "pointercancel"];

  /* The click that comes when the finger is lifted would close what it asked for. */
  function lift(box) {
    const click = (event) => event.stopImmediatePropagation();
    box.addEventListener("click", click, { capture: true, once: true });
    addEventListener("pointerdown", () => box.removeEventListener("click", click, true), { capture: true, once: true });
  }

  D.Tools = class {
    constructor(layer) {
      this.layer = layer;
      this.measuring = null;
      const box = layer.map.getContainer();
      box.addEventListener("keydown", (event) => this.press(event));
      box.addEventListener("pointerdown", (event) => this.hold(event));
    }

    /* Ends what is open; false when nothing was. */
    escape() {
      if (this.measuring) this.measure();
      else if (this.searching) this.closeSearch();
      else return false;
      return true;
    }

    /* ---- search ---- */

    search(button) {
      if (this.searching) return this.closeSearch();
      const input = el("input");
      input.type = "search";
      input.placeholder = D.say("Town, province, country, or latitude, longitude");
      input.setAttribute("aria-label", D.say("Search a place"));
      input.setAttribute("autocomplete", "off");
      const list = el("ul", "dl-found");
      list.setAttribute("aria-live", "polite");
      const card = el("div", "dl-card dl-search", null, input, list);
      card.dir = D.direction;
      L.DomEvent.disableClickPropagation(card);
      L.DomEvent.disableScrollPropagation(card);
      this.layer.map.getContainer().append(card);
      this.searching = { card, button, list };
      let timer = 0;
      input.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(() => this.look(input.value), TYPING);
      });
      input.addEventListener("keydown", (event) => {
        if (event.key === "ArrowDown" && list.querySelector("button")) list.querySelector("button").focus();
        if (event.key === "Enter") this.look(input.value, true);
      });
      list.addEventListener("keydown", (event) => this.walk(event, input));
      input.focus();
      return undefined;
    }

    walk(event, input) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const buttons = [...this.searching.list.querySelectorAll("button")];
      const next = buttons.indexOf(document.activeElement) + step;
      event.preventDefault();
      (buttons[Math.min(next, buttons.length - 1)] || input).focus();
      if (next < 0) input.focus();
    }

    async look(name, first = false) {
      const point = NUMBERS.exec(name);
      if (point) {
        const [lat, lon] = [Number(point[1]), Number(point[2])];
        const there = { name: `${lat}, ${lon}`, note: D.say("Coordinates"), lat, lon, area: null, radius_km: 0, events: null, id: "" };
        return this.show(Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [there] : [], first);
      }
      if (name.trim().length < 2) return this.show(null, false);
      const query = `name=${encodeURIComponent(name.trim().slice(0, 120))}`;
      const found = await this.layer.latest("findRun", (signal) => this.layer.ask("/api/places", this.layer.filtered(query), signal));
      return found && this.searching ? this.show(found.places, first) : undefined;
    }

    show(places, first) {
      const { list } = this.searching;
      list.replaceChildren(...(places || []).map((place) => this.row(place)));
      if (places && !places.length) list.append(el("li", "dl-muted", D.say("No place of that name is known.")));
      if (first && places && places.length) this.fly(places[0]);
    }

    row(place) {
      const count = place.events === null ? null : el("span", "dl-muted", D.several(place.events, "event"));
      const go = D.press("", null, () => this.fly(place), D.placeFace(place), count);
      go.title = D.say("Show {name} on the map", { name: D.clean(place.name) });
      const narrow = () => this.layer.tell({ set: { place: [place.id] } });
      return el("li", "", null, go, place.events > 0 && D.config.around ? D.press("dl-more", D.say("Only events here"), narrow) : null);
    }

    /* Countries and regions are shown whole. The place is ringed for a while. */
    fly({ lat, lon, area, radius_km: km, name }) {
      const { map } = this.layer;
      const animate = !D.calm();
      if (area && area[0] < area[2]) map.fitBounds([[area[1], area[0]], [area[3], area[2]]], { animate });
      else map.setView([lat, lon], km > 60 ? 7 : km > 15 ? 9 : NEAR_ZOOM, { animate });
      if (this.ring) this.ring.remove();
      const box = el("div", "dl-ring");
      box.append(D.block("span", "", name));
      this.ring = L.marker([lat, lon], { icon: L.divIcon({ html: box, className: "dl-spot", iconSize: [0, 0] }), interactive: false, keyboard: false, pane: "dl-pins" });
      this.ring.addTo(map);
      if (this.layer.small) this.closeSearch({ ringed: true }); // the list would lie over what was flown to
    }

    /* `ringed`: the place that was found keeps its ring. */
    closeSearch({ ringed = false } = {}) {
      this.searching.card.remove();
      this.searching.button.focus({ preventScroll: true });
      this.searching = null;
      if (this.ring && !ringed) this.ring.remove();
    }

    /* ---- measure ---- */

    measure() {
      const { map, controls, notes } = this.layer;
      const on = !this.measuring;
      controls.measure.setAttribute("aria-pressed", String(on));
      map.getContainer().classList.toggle("dl-measuring", on);
      if (!on) {
        map.off("click", this.measuring.add);
        this.measuring.line.remove();
        this.measuring = null;
        notes.hide();
        return;
      }
      const line = L.polyline([], { color: D.theme.ink, weight: 2, dashArray: "5 5", interactive: false }).addTo(map);
      const add = (event) => {
        line.addLatLng(event.latlng);
        const points = line.getLatLngs();
        let metres = 0;
        for (let n = 1; n < points.length; n += 1) metres += map.distance(points[n - 1], points[n]);
        const km = metres / 1000;
        if (points.length > 1) notes.show(D.say("{km} km, as the crow flies", { km: km < 100 ? km.toFixed(1) : D.number(Math.round(km)) }), null, { stays: true });
      };
      this.measuring = { line, add };
      map.on("click", add);
      map.getContainer().focus({ preventScroll: true });
      notes.show(D.say("Click points on the map, or move it and press Enter for its middle; Esc ends."), null, { stays: true });
    }

    /* By key: Enter takes the middle of the map while something is measured. */
    press(event) {
      const { map } = this.layer;
      if (!this.measuring || event.target !== map.getContainer() || event.key !== "Enter") return;
      event.preventDefault();
      this.measuring.add({ latlng: map.getCenter() });
    }

    /* ---- coordinates ---- */

    /* A finger held still asks for them, in browsers too that tell no right click of it. */
    hold(event) {
      const { map } = this.layer;
      const end = () => {
        clearTimeout(this.held);
        for (const name of ENDS) removeEventListener(name, end, true);
        removeEventListener("pointermove", still, true);
      };
      const still = (moved) => Math.hypot(moved.clientX - event.clientX, moved.clientY - event.clientY) > SHAKE && end();
      if (event.pointerType !== "touch" || !event.isPrimary || event.target.closest("button, a, input, .dl-card, .dl-popup")) return;
      this.held = setTimeout(() => {
        end();
        lift(map.getContainer());
        this.coordinates(map.mouseEventToLatLng(event));
      }, HELD);
      for (const name of ENDS) addEventListener(name, end, true);
      addEventListener("pointermove", still, true);
    }

    /* A small card at the point; its button copies latitude and longitude. */
    coordinates(at) {
      const { lat, lng } = at.wrap();
      const text = `${lat.toFixed(5)}, ${lng.toFixed(5)}`;
      const copy = D.press("dl-more", D.say("Copy {text}", { text }), () => this.copy(text));
      this.layer.showCard({ at: { lat, lon: lng }, key: "coordinates" }, el("h2", "dl-title", D.say("Coordinates")), copy);
      copy.focus({ preventScroll: true });
    }

    async copy(text) {
      const { notes } = this.layer;
      try {
        await navigator.clipboard.writeText(text);
        notes.show(D.say("Copied: {text}", { text }));
      } catch {
        notes.show(D.say("Could not copy. Here it is: {text}", { text }), null, { stays: true }); // frames without the right to the clipboard
      }
    }
  };
})();
