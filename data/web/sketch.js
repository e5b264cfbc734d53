/* Part of the layer: what is painted under the pins, and the names, which take the room that is left. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const NAMED_ALL = 24; // ends of routes in sight: of more only those are named that there is room for, and those of what is open

  D.sketch = {
    paintSketch(context) {
      const shown = new Set();
      for (const end of this.laid.flatMap((route) => route.ends)) {
        const key = `${end.precision} ${end.lon} ${end.lat}`;
        if (shown.has(key)) continue;
        shown.add(key);
        if (end.precision === "country") {
          const country = D.countryAt(this.base, end.lon, end.lat);
          if (country) D.drawCountry(context, country, this.map);
        } else if (end.radius > 11) D.drawHalo(context, end.x, end.y, end.radius, D.theme.ink, true);
      }
      const points = this.answer.points || [];
      const drawn = new Set(); // several of a kind at one place share a circle: one over the other would hide the map
      for (const point of points) {
        const chosen = point.id === this.selected;
        const shown = this.halos || (D.isHollow(point.precision) && points.length <= 40);
        if (!point.radius_km || !(chosen || shown)) continue;
        const radius = D.kmToPixels(this.map, point.lat, point.radius_km);
        const { x, y } = this.project(point.lon, point.lat);
        const circle = [x, y, radius, point.glyph].map((part) => Math.round(part) || part).join();
        if (drawn.has(circle) && !chosen) continue;
        drawn.add(circle);
        if (radius > 16 && radius < 500) D.drawHalo(context, x, y, radius, (D.config.glyphs[point.glyph] || {}).colour || D.theme.ink, chosen);
      }
      for (const route of this.laid) D.drawRoute(context, route, this.routeId(route) === this.selected);
    },

    paintLabels(context, bounds) {
      const labels = new D.Labels(context, bounds, this.seen());
      for (const group of this.groups) {
        const reach = group.count > 3 || !group.items ? D.radius(group.count) + 5 : 12;
        const low = group.items && !group.mixed && group.count > 1 && group.count <= 3 ? 16 : 0;
        labels.take([group.x - reach - low, group.y - reach, group.x + reach + low, group.y + reach + low]);
      }
      this.routeRoom(labels);
      const named = new Set();
      const ends = this.laid.flatMap((route) => route.ends).filter((end) => end.role !== "waypoint" || end.precision !== "exact");
      const open = new Set(this.laid.filter((route) => this.routeId(route) === this.selected).flatMap((route) => route.ends));
      const few = ends.filter((end) => bounds.contains([end.x, end.y])).length <= NAMED_ALL;
      for (const end of ends) {
        const key = `${end.name} ${end.lon} ${end.lat}`;
        if (named.has(key)) continue;
        named.add(key);
        const area = end.vague || end.radius > 30;
        if (!area) labels.take([end.x - 5, end.y - 5, end.x + 5, end.y + 5]);
        const words = end.radius && end.radius < 55 ? "" : D.areaWords(end.precision); // a small circle has no room for both
        const write = (lift, forced) =>
          labels.place("end", end.x, end.y + lift, end.name, words, { forced, centred: area, gap: area ? Math.max(8, end.radius + 4) : 8 });
        // inside a large circle the name looks for a height that no line passes
        const heights = end.radius > 60 ? [-0.35, -0.6, 0.35, 0.6].map((part) => part * end.radius) : [];
        const last = end.precision === "country" ? 18 : heights[0] || 0;
        if (!heights.some((lift) => write(lift, false))) write(last, few || open.has(end));
      }
      this.paintPlaces(context, labels);
      if (this.base && this.look !== "plain") D.baseLabels(labels, this.base, this.map);
      labels.paint();
      this.written = labels.written.map(({ kind, first, lower }) => ({ kind, text: first, second: lower }));
    },

    seen() {
      const corner = this.map.containerPointToLayerPoint([0, 0]);
      return L.bounds(corner, corner.add(this.map.getSize()));
    },

    /* Names keep off the lines. */
    routeRoom(labels) {
      for (const leg of this.laid.flatMap((route) => route.legs)) {
        for (const [x, y] of leg.points) labels.take([x - 3, y - 3, x + 3, y + 3]);
      }
    },

    paintPlaces(context, labels) {
      for (const { geometry, properties } of this.places || []) {
        const [lon, lat] = geometry.coordinates;
        const { x, y } = this.project(lon, lat);
        context.beginPath();
        context.arc(x, y, 3.4, 0, 7);
        context.lineWidth = 1.5;
        context.strokeStyle = D.theme.muted;
        context.stroke();
        labels.place("mention", x, y, properties.name, D.say("mentioned only"), { gap: 7 });
        labels.take([x - 4, y - 4, x + 4, y + 4]);
      }
    },
  };
})();
