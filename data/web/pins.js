/* Part of the layer: pins, fans and discs, and the lists that open where a disc cannot. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el } = D;
  const calm = D.calm;

  D.pins = {
    drawPins() {
      const { map } = this;
      const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.dlKey : null;
      this.pins.clearLayers();
      this.groups = D.group(this.answer, (lon, lat) => this.project(lon, lat));
      this.groups.forEach((group) => {
        const box = el("div");
        if (group.items && group.count <= 3 && (group.count === 1 || !group.mixed)) this.fan(group, box);
        else box.append(this.disc(group));
        const icon = L.divIcon({ html: box, className: "dl-spot", iconSize: [0, 0] });
        const at = map.layerPointToLatLng([group.x, group.y]);
        L.marker(at, { icon, pane: "dl-pins", interactive: false, keyboard: false }).addTo(this.pins);
      });
      if (focused) this.focus(focused);
    },

    focus(key) {
      const target = [...this.map.getContainer().querySelectorAll("[data-dl-key]")].find((node) => node.dataset.dlKey === key);
      if (target) target.focus({ preventScroll: true });
      return Boolean(target);
    },

    fan(group, box) {
      const first = group.items.findIndex((item) => item.id === this.selected);
      const items = first > 0 ? [group.items[first], ...group.items.filter((_, n) => n !== first)] : group.items;
      const SPOTS = [[0, 0], [-15, 17], [15, 17]];
      [...items.entries()].reverse().forEach(([n, item]) => {
        const on = item.id === this.selected;
        const family = D.config.glyphs[item.glyph];
        const label = [family && D.say(family.label), item.title].filter(Boolean).join(": ");
        const pin = D.button(`dl-pin${on ? " dl-on" : ""}`, label, () => this.open(item.id, { group, told: true }),
          D.glyph(item.glyph, on ? 30 : 22, D.isHollow(item.precision)));
        pin.dataset.dlKey = item.id;
        [pin.style.left, pin.style.top] = SPOTS[n].map((px) => `${px}px`);
        box.append(pin);
      });
    },

    disc(group) {
      const inside = group.items && group.items.some((item) => item.id === this.selected);
      const node = D.button(`dl-pin dl-disc${inside ? " dl-on" : ""}`, D.several(group.count, "event"), () => this.openDisc(group), D.disc(group.count, group.glyphs));
      node.dataset.dlKey = `disc ${group.lon} ${group.lat}`;
      return node;
    },

    openDisc(group) {
      const { map } = this;
      const [west, south, east, north] = group.bbox;
      const spread = Math.max(east - west, north - south);
      if (spread > 0.002 && map.getZoom() < map.getMaxZoom()) {
        const box = L.latLngBounds([south, west], [north, east]);
        const zoom = Math.max(map.getZoom() + 1, Math.min(map.getBoundsZoom(box.pad(0.15)), map.getZoom() + 4));
        map.setView(box.getCenter(), Math.min(zoom, map.getMaxZoom()), { animate: !calm() });
      } else this.openList(group);
    },

    /* Everything at one spot as a list; each row opens its card. */
    openList(group) {
      const about = { at: group, key: `disc ${group.lon} ${group.lat}` };
      const heading = D.say("{events} here", { events: D.several(group.count, "event") });
      const pick = (item) => this.open(item.id, { group, told: true });
      if (group.items) this.showList(about, heading, group.items.map((item) => ({ ...item, hollow: D.isHollow(item.precision) })), pick);
      else {
        const [west, south, east, north] = group.bbox;
        const grain = 1e-6; // the box's edges count as inside, and are rounded on their way
        const view = [west - grain, south - grain, east + grain, north + grain].join(",");
        this.askList(about, heading, `view=${view}`, pick);
      }
    },

    /* A list that the server gives page by page. */
    async askList(about, heading, query, pick, from = null) {
      this.showCard({ ...about, from }, el("h2", "dl-title", heading), el("p", "dl-muted", D.say("Reading …")));
      const rows = [];
      const next = async () => {
        const found = await this.latest("listRun", (signal) => this.ask("/api/list", this.filtered(`${query}&offset=${rows.length}`), signal));
        if (!found || !this.popup || this.popup.key !== about.key) return;
        rows.push(...found.rows);
        this.showList(about, heading, rows, pick, rows.length < found.total && found.rows.length ? next : null);
      };
      await next();
    },

    showList(about, heading, rows, pick, more = null) {
      const list = el("ul", "dl-list");
      for (const item of rows) {
        const words = el("span", "", null, D.block("span", "", item.title), item.when && D.block("small", "dl-muted", item.when));
        list.append(el("li", "", null, D.press("", null, () => pick(item), D.glyph(item.glyph, 16, item.hollow), words)));
      }
      this.showCard(about, el("h2", "dl-title", heading), list, more && D.press("dl-more", D.say("Show more"), more));
    },

    /* Focusable stand-ins for lines, which a canvas cannot offer to the keyboard. */
    drawRouteButtons() {
      if (!this.routeButtons) this.routeButtons = L.layerGroup().addTo(this.map);
      this.routeButtons.clearLayers();
      for (const route of this.laid) {
        const leg = route.legs[route.legs.length - 1];
        if (!leg) continue;
        const id = this.routeId(route);
        const [x, y] = leg.points[Math.floor(leg.points.length / 2)];
        const node = D.button("dl-pin dl-route", D.say("Route: {title}", { title: route.feature.properties.title || id }), () => this.openRoute(route), D.arrowIcon(18));
        node.dataset.dlKey = id;
        const icon = L.divIcon({ html: el("div", "", null, node), className: "dl-spot", iconSize: [0, 0] });
        L.marker(this.map.layerPointToLatLng([x, y]), { icon, pane: "dl-pins", interactive: false, keyboard: false }).addTo(this.routeButtons);
      }
    },

    routeId(route) {
      return String(route.feature.properties.id || route.feature.id);
    },

    routeAt(point) {
      return this.laid.find((route) => D.routeDistance(route, point.x, point.y) < 7);
    },

    clickMap(event) {
      if (this.tools.measuring) return;
      const route = this.routeAt(event.layerPoint);
      if (route) this.openRoute(route, event.latlng);
      else if (this.popup) this.close({ told: true });
    },

    openRoute(route, where) {
      const leg = route.legs[route.legs.length - 1];
      const [x, y] = leg.points[Math.floor(leg.points.length / 2)];
      const at = where || this.map.layerPointToLatLng([x, y]);
      this.open(this.routeId(route), { group: { lon: at.lng, lat: at.lat }, told: true });
    },
  };
})();
