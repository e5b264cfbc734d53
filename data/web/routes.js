/* Movements as sketches: curved arrows from origins over waypoints to each destination, halos for ends that are no points. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const AREA = new Set(["region", "admin1", "admin2", "near"]);
  const VAGUE = new Set(["region", "admin1", "country"]);

  /* Pixels that a radius in km takes at a latitude. */
  D.kmToPixels = (map, lat, km) =>
    (km * 256 * 2 ** map.getZoom()) / (40075.017 * Math.max(0.05, Math.cos((lat * Math.PI) / 180)));

  const mean = (points) => ({
    x: points.reduce((sum, p) => sum + p.x, 0) / points.length,
    y: points.reduce((sum, p) => sum + p.y, 0) / points.length,
    gap: 0, kind: "hub", precision: "hub",
  });

  /* The ends with their place on the sheet and the space the line leaves round them; each on the copy of the world that
   * is nearest to the first one, so that a line across 180° is not drawn the long way round. */
  function endsOf(feature, project, map) {
    const world = 256 * 2 ** map.getZoom();
    let first = null;
    return (feature.properties.ends || [])
      .filter((end) => Number.isFinite(end.lon) && Number.isFinite(end.lat))
      .map((end) => {
        const { x: near, y } = project(end.lon, end.lat);
        first = first ?? near;
        const x = near + world * Math.round((first - near) / world);
        const radius = AREA.has(end.precision) ? D.kmToPixels(map, end.lat, Number(end.radius_km) || 0) : 0;
        const gap = end.role === "waypoint" ? 17 : end.precision === "country" ? 0 : Math.max(11, radius);
        return { ...end, x, y, radius, gap, vague: VAGUE.has(end.precision) };
      });
  }

  /* Legs [from, to, last]: origins to the first waypoint, waypoints in order, the last one to each destination.
   * Many origins and many destinations without a waypoint meet halfway: nobody said who went where. */
  function legsOf(ends) {
    const role = (name) => ends.filter((end) => end.role === name);
    const [origins, waypoints, destinations] = [role("origin"), role("waypoint"), role("destination")];
    if (!waypoints.length && origins.length > 1 && destinations.length > 1) {
      waypoints.push(mean([mean(origins), mean(destinations)]));
    }
    const legs = [];
    let heads = origins;
    for (const point of waypoints) {
      for (const from of heads) legs.push([from, point, false]);
      heads = [point];
    }
    for (const to of destinations) for (const from of heads) legs.push([from, to, true]);
    if (!destinations.length && legs.length) legs[legs.length - 1][2] = true;
    return legs;
  }

  /* A bent line between two ends as points, cut back where the ends begin; empty when nothing is left between them. */
  function curve(from, to) {
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length = Math.hypot(dx, dy);
    if (length < 4) return [];
    const bend = (Math.min(60, length * 0.13) / length) * (dx >= 0 ? 1 : -1); // always towards the north
    const [mx, my] = [(from.x + to.x) / 2 + dy * bend, (from.y + to.y) / 2 - dx * bend];
    const points = [];
    for (let n = 0; n <= 40; n += 1) {
      const t = n / 40;
      const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
      points.push([a * from.x + b * mx + c * to.x, a * from.y + b * my + c * to.y]);
    }
    const away = ([x, y], end) => Math.hypot(x - end.x, y - end.y) >= end.gap;
    return points.filter((point) => away(point, from) && away(point, to));
  }

  /* Everything needed to draw, hit and label one route. */
  D.layRoute = function (feature, project, map) {
    const facts = feature.properties;
    const ends = endsOf(feature, project, map);
    const planned = facts.status === "planned";
    const legs = legsOf(ends)
      .map(([from, to, last]) => ({
        points: curve(from, to),
        head: last && facts.direction !== "uncertain",
        dash: facts.direction === "uncertain" || Boolean(from.vague),
        fade: to.precision === "country",
      }))
      .filter((leg) => leg.points.length > 1);
    return { feature, ends, legs, planned };
  };

  D.drawHalo = function (context, x, y, radius, colour, strong) {
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.globalAlpha = D.theme.tint;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = strong ? 0.85 : 0.6;
    context.strokeStyle = colour;
    context.lineWidth = 1.4;
    context.setLineDash([5, 5]);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  };

  /* The outline of a country, dashed, with a faint tint. */
  D.drawCountry = function (context, country, map) {
    const size = 256 * 2 ** map.getZoom();
    const origin = map.getPixelOrigin();
    context.beginPath();
    for (const ring of country.rings) {
      D.trace(context, ring.points, size, origin.x, origin.y);
      context.closePath();
    }
    context.globalAlpha = D.theme.tint;
    context.fillStyle = context.strokeStyle = D.theme.ink;
    context.fill("evenodd");
    context.globalAlpha = 0.75;
    context.lineWidth = 1.6;
    context.setLineDash([6, 5]);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  };

  function stroke(context, points, width, colour, dash) {
    context.beginPath();
    points.forEach(([x, y], n) => (n ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  }

  function drawHead(context, points, hollow) {
    const [x, y] = points[points.length - 1];
    const [bx, by] = points[Math.max(0, points.length - 4)];
    context.save();
    context.translate(x, y);
    context.rotate(Math.atan2(y - by, x - bx));
    context.beginPath();
    context.moveTo(2, 0);
    context.lineTo(-11, 5.5);
    context.lineTo(-8, 0);
    context.lineTo(-11, -5.5);
    context.closePath();
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = D.theme.land;
    context.stroke();
    context.fillStyle = hollow ? D.theme.land : D.theme.ink;
    context.fill();
    if (hollow) {
      context.lineWidth = 1.4;
      context.strokeStyle = D.theme.ink;
      context.stroke();
    }
    context.restore();
  }

  D.drawRoute = function (context, route, selected) {
    const { ink, land } = D.theme;
    context.lineCap = "butt";
    context.lineJoin = "round";
    for (const leg of route.legs) stroke(context, leg.points, selected ? 7 : 5.5, land, []);
    for (const leg of route.legs) {
      const dash = route.planned ? [1, 6] : leg.dash || leg.fade ? [7, 5] : [];
      context.lineCap = route.planned ? "round" : "butt";
      stroke(context, leg.points, selected ? 3.2 : 2.4, ink, dash);
    }
    for (const leg of route.legs) if (leg.head) drawHead(context, leg.points, route.planned);
    for (const end of route.ends) {
      if (end.role === "waypoint" || end.vague || end.precision === "near") continue;
      context.beginPath();
      context.arc(end.x, end.y, 4, 0, 7);
      context.fillStyle = land;
      context.fill();
      context.lineWidth = 2.2;
      context.strokeStyle = ink;
      context.stroke();
    }
  };

  /* Distance in pixels from a point to the nearest leg; Infinity for a route without legs. */
  D.routeDistance = function (route, x, y) {
    let least = Infinity;
    for (const { points } of route.legs) {
      for (let n = 1; n < points.length; n += 1) {
        const [ax, ay] = points[n - 1];
        const [dx, dy] = [points[n][0] - ax, points[n][1] - ay];
        const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
        least = Math.min(least, Math.hypot(x - ax - t * dx, y - ay - t * dy));
      }
    }
    return least;
  };
})();
