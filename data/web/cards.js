/* Part of the layer: the one card that is open, where it stands, and what it holds. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el } = D;
  const CLOSE_ZOOM = 10; // a flight to one event never goes nearer

  D.cards = {
    /* Opens the card of an event or route. `group` is where it was picked, `from` the element focus returns to;
     * `told` = a person picked it here, so Python hears of it. */
    async open(id, { group = null, from = null, told = false } = {}) {
      this.selected = id;
      this.found = null;
      if (told) this.pick(id);
      else this.map.fire("dl-picked");
      this.showCard({ at: group, from, key: id, id }, el("div", "dl-muted", D.say("Reading …")));
      this.drawPins();
      this.repaint();
      const found = await this.latest("openRun", (signal) => this.ask(`/api/events/${encodeURIComponent(id)}`, "", signal));
      if (!found) {
        if (this.popup && this.popup.id === id) this.close();
        return;
      }
      if (this.selected !== id) return;
      this.found = found;
      this.map.fire("dl-picked");
      const placed = Number.isFinite(found.lon) && Number.isFinite(found.lat);
      const at = group || (placed ? { lon: found.lon, lat: found.lat } : null);
      if (!group && placed) this.reach(found);
      const { parts, foot } = D.popupContent(found);
      const shared = group && group.items && group.items.length > 1 ? group.items : null;
      if (shared) foot.append(this.nextButton(shared, id, group));
      this.showCard({ at, from, key: id, id }, parts);
      this.drawPins();
      this.repaint();
    },

    nextButton(items, id, group) {
      const here = items.findIndex((item) => item.id === id);
      const next = items[(here + 1) % items.length];
      const label = D.say("{i} of {n} here ›", { i: here + 1, n: items.length });
      return D.press("dl-next", label, () => this.open(next.id, { group, told: true }));
    },

    /* Brings an event into view when a row asked for it; what is well in view stays where it is. */
    reach({ lon, lat }) {
      const { map } = this;
      const zoom = Math.max(map.getZoom(), Math.min(8, CLOSE_ZOOM));
      if (zoom === map.getZoom() && map.getBounds().pad(-0.15).contains([lat, lon])) return;
      map.setView([lat, lon], zoom, { animate: !D.calm(), duration: 0.2 });
    },

    /* A card takes most of a phone's map: the map moves so that the pin stands above it. */
    clear() {
      const { at, node } = this.popup;
      const { map } = this;
      if (!this.small || !at) return;
      const point = map.layerPointToContainerPoint(this.project(at.lon, at.lat));
      if (node.offsetHeight + 140 < map.getSize().y) return;
      map.panBy([point.x - map.getSize().x / 2, point.y - 60], { animate: false });
    },

    showCard(about, ...content) {
      const kept = this.popup && this.popup.key === about.key ? this.popup : null;
      if (this.popup) this.popup.node.remove();
      const node = el("section", "dl-popup", null, D.button("dl-close", D.say("Close"), () => this.close({ told: true }), D.icon("close")), ...content);
      [node.dir, node.lang] = [D.direction, D.language];
      node.setAttribute("role", "dialog");
      node.setAttribute("aria-label", D.say("Event"));
      node.tabIndex = -1;
      L.DomEvent.disableClickPropagation(node);
      L.DomEvent.disableScrollPropagation(node);
      this.map.getContainer().append(node);
      this.popup = { ...about, node, from: about.from || (kept && kept.from) };
      node.style.width = `${Math.min(350, this.map.getSize().x - 60)}px`;
      this.clear();
      this.placePopup();
      node.focus({ preventScroll: true });
    },

    placePopup() {
      if (!this.popup) return;
      const { map } = this;
      const { node, at } = this.popup;
      const size = map.getSize();
      node.style.width = `${Math.min(350, size.x - 60)}px`;
      node.style.maxHeight = `${Math.max(160, size.y - (this.small ? 120 : 24))}px`;
      const [w, h] = [node.offsetWidth, node.offsetHeight];
      if (!at) {
        const edge = this.edge.card;
        const top = Math.max(8, Math.min(edge.hidden ? 10 : edge.offsetHeight + 18, size.y - h - 8));
        this.popup.spot = null;
        node.style.left = `${size.x - w - 10}px`;
        node.style.top = `${top}px`;
        return;
      }
      const point = map.layerPointToContainerPoint(this.project(at.lon, at.lat));
      const toContainer = (x, y) => map.layerPointToContainerPoint([x, y]);
      const marks = [];
      for (const group of this.groups) {
        const { x, y } = toContainer(group.x, group.y);
        marks.push([x, y, 60]);
      }
      for (const end of this.laid.flatMap((route) => route.ends)) {
        const { x, y } = toContainer(end.x, end.y);
        marks.push([x, y, 80]);
      }
      const box = (card, x, y) => [x, y, x + card.offsetWidth, y + card.offsetHeight];
      const boxes = [box(this.legend.card, 10, size.y - this.legend.card.offsetHeight - 10), box(this.edge.card, size.x - this.edge.card.offsetWidth - 10, 10), [0, 0, ...this.toolsSize()]];
      const best = D.popupSpot(size, point, w, h, marks, boxes);
      this.popup.spot = { left: best.left - point.x, top: best.top - point.y };
      this.movePopup();
    },

    /* The card goes with the map. */
    movePopup() {
      const { popup, map } = this;
      if (!popup || !popup.spot) return;
      const point = map.layerPointToContainerPoint(this.project(popup.at.lon, popup.at.lat));
      popup.node.style.left = `${Math.round(popup.spot.left + point.x)}px`;
      popup.node.style.top = `${Math.round(popup.spot.top + point.y)}px`;
    },

    close({ told = false } = {}) {
      const { popup } = this;
      this.popup = null;
      this.selected = null;
      popup.node.remove();
      this.drawPins();
      this.repaint();
      if (told && popup.id) this.pick("");
      else this.map.fire("dl-picked");
      if (popup.from && popup.from.isConnected) popup.from.focus({ preventScroll: true });
      else if (!this.focus(popup.key)) this.map.getContainer().focus({ preventScroll: true });
    },

    /* What is open: "" for nothing. */
    pick(id) {
      this.tell({ picked: id });
      this.map.fire("dl-picked");
    },

    /* Events without a point that share a place, from the list at the edge. */
    openEdge(row, from) {
      const place = row.place || D.say("no place stated");
      const heading = D.say("{events} here", { events: `${place}: ${D.several(row.count, "event")}` });
      const query = `aside=${encodeURIComponent(row.place)}`;
      this.askList({ at: null, key: `aside ${row.place}` }, heading, query, (item) => this.open(item.id, { from, told: true }), from);
    },
  };
})();
