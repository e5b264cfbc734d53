/* Part of the layer: the first view, which shows all and hides no pin under a card. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const DISC = 24; // px: the radius of most discs
  const FIT_ZOOM = 9; // a first view never goes nearer than this

  const wrap = (lon) => ((((lon + 180) % 360) + 360) % 360) - 180;
  const clamp = (lat) => Math.max(-90, Math.min(90, lat));

  /* A part of the map as the server is asked about it, west,south,east,north; west > east crosses the antimeridian. */
  D.boxWords = function (view) {
    const whole = view.getEast() - view.getWest() >= 360;
    const [west, east] = whole ? [-180, 180] : [wrap(view.getWest()), wrap(view.getEast())];
    return [west, clamp(view.getSouth()), east, clamp(view.getNorth())].map((n) => n.toFixed(5)).join(",");
  };

  D.view = {
    /* All that is to be seen at first: the events' bounds and the ends of routes, with their circles. */
    fit() {
      const { map } = this;
      const places = this.routes.flatMap((feature) => feature.properties.ends || []);
      const corners = [];
      let middle = places.length ? places[0].lon : 0;
      if (this.answer.bounds) {
        const [west, south, east, north] = this.answer.bounds;
        const far = east < west ? east + 360 : east; // the box crosses 180°
        corners.push([south, west], [north, far]);
        middle = (west + far) / 2;
      }
      const near = (lon) => lon + 360 * Math.round((middle - lon) / 360);
      for (const end of places) {
        const span = end.precision === "country" ? 0 : Math.min(150, Number(end.radius_km) || 0) / 111;
        corners.push([end.lat - span, near(end.lon) - span], [end.lat + span, near(end.lon) + span]);
      }
      if (!corners.length) return;
      const box = L.latLngBounds(corners);
      const spots = [...(this.answer.points || []), ...places].map((spot) => [spot.lat, near(spot.lon)]);
      const best = this.bestView(box, spots);
      map.setView(best.center, best.zoom, { animate: false });
    },

    /* Right and lower edge of the buttons on the left. */
    toolsSize() {
      const box = this.map.getContainer().getBoundingClientRect();
      const bar = this.map.getContainer().querySelector(".dl-tools .dl-bar").getBoundingClientRect();
      return [bar.right - box.left, bar.bottom - box.top];
    },

    /* Among views with room for none, one or both of the cards over the map: the nearest that hides no pin. */
    bestView(box, spots) {
      const { map } = this;
      const size = map.getSize();
      const frameOf = (card) => (card.hidden ? [0, 0] : [card.offsetWidth + 18, card.offsetHeight + 18]);
      const [legendW, legendH] = frameOf(this.legend.card);
      const [edgeW, edgeH] = frameOf(this.edge.card);
      const cards = [[0, size.y - legendH, legendW, size.y], [size.x - edgeW, 0, size.x, edgeH], [0, 0, ...this.toolsSize()]];
      const beside = cards[2][2] + 6;
      const discs = this.answer.cells ? [beside + DISC] : [24, beside]; // where discs will stand is not known yet
      let best = null;
      for (const left of [...discs, legendW + 10]) for (const bottom of [34, legendH + 16]) {
        for (const right of [24, edgeW + 10]) for (const top of [24, edgeH + 16]) {
          if (left + right > size.x * 0.7 || top + bottom > size.y * 0.7) continue;
          const room = size.subtract([left + right, top + bottom]);
          const zoom = Math.min(FIT_ZOOM, map.getBoundsZoom(box, false, size.subtract(room)));
          const middle = map.project(box.getSouthWest(), zoom).add(map.project(box.getNorthEast(), zoom)).divideBy(2);
          const centre = middle.subtract([(left - right) / 2, (top - bottom) / 2]);
          const corner = centre.subtract(size.divideBy(2));
          const covered = spots.filter((spot) => {
            const at = map.project(spot, zoom).subtract(corner);
            return cards.some((card) => at.x > card[0] - 16 && at.x < card[2] + 16 && at.y > card[1] - 16 && at.y < card[3] + 16);
          }).length;
          const aside = (Math.abs(left - right) + Math.abs(top - bottom)) / 2000; // of views alike the one with all in the middle
          const score = zoom - 3 * Math.min(1, covered) - covered / 100 - aside;
          if (!best || score > best.score) best = { score, zoom, center: map.unproject(centre, zoom) };
        }
      }
      return best;
    },
  };
})();
