/* What the layer asks for in a map that is a file of its own: the answers of the app's HTTP routes, given from the rows
 * that lie in the file. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const [CELL_PX, HEAT_PX] = [56, 12];
  const POINTS_MOST = 600; // more in view are drawn as cells, as the server does
  const EDGE_MOST = 12;
  const PAGE_MOST = 60; // rows of one answer of the list
  const LANES_MOST = 12; // so few get a bar of their own on the timeline
  const SOURCES_MOST = 12;
  const FILTERS = ["from", "to", "type", "source", "status", "place", "text"];

  const { toDay, toIso } = D.days;

  /* Rows that the query lets pass: days that touch the asked ones, any of the types, of the sources and of the statuses,
   * the place or one within it, every word. */
  D.passing = function (rows, query) {
    const asked = new URLSearchParams(query);
    const [from, to] = [asked.get("from"), asked.get("to")];
    const [types, sources, statuses] = ["type", "source", "status"].map((key) => new Set(asked.getAll(key)));
    const place = asked.has("place") ? Number(asked.get("place")) : null;
    const holding = asked.has("text") ? D.holding(asked.get("text")) : null;
    return rows.filter(
      (row) =>
        (!from || (row.end && row.end >= from)) && (!to || (row.start && row.start <= to)) &&
        (!types.size || types.has(row.type)) && (!sources.size || row.sources.some((name) => sources.has(name))) &&
        (!statuses.size || statuses.has(row.status)) && (place === null || row.at.includes(place)) && (!holding || holding(row))
    );
  };

  const boxOf = (text) => (text || "-180,-90,180,90").split(",").map(Number);

  function inside([west, south, east, north], { lon, lat }) {
    const across = west > east ? lon >= west || lon <= east : lon >= west && lon <= east;
    return across && lat >= south && lat <= north;
  }

  /* Smallest box, across 180° where that is shorter: the widest gap between neighbouring longitudes is left out. */
  function boundsOf(rows) {
    if (!rows.length) return null;
    const lons = [...new Set(rows.map((row) => row.lon))].sort((a, b) => a - b);
    let [widest, gap] = [lons.length - 1, lons[0] + 360 - lons[lons.length - 1]];
    for (let n = 0; n < lons.length - 1; n += 1) if (lons[n + 1] - lons[n] > gap) [widest, gap] = [n, lons[n + 1] - lons[n]];
    const [south, north] = rows.reduce(([low, high], { lat }) => [Math.min(low, lat), Math.max(high, lat)], [90, -90]);
    return [lons[(widest + 1) % lons.length], south, lons[widest], north];
  }

  /* Rows by the square of so many pixels that they lie in. */
  function squares(rows, zoom, side) {
    const per = (256 * 2 ** zoom) / side;
    const found = new Map();
    for (const row of rows) {
      const key = Math.floor(row.x * per) * 1e7 + Math.floor(row.y * per);
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(row);
    }
    return [...found.values()];
  }

  const sum = (rows, key) => rows.reduce((total, row) => total + row[key], 0);

  function cellOf(rows) {
    const glyphs = {};
    for (const { glyph } of rows) glyphs[glyph] = (glyphs[glyph] || 0) + 1;
    const [lons, lats] = [rows.map((row) => row.lon), rows.map((row) => row.lat)];
    const bbox = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
    return { lon: sum(rows, "lon") / rows.length, lat: sum(rows, "lat") / rows.length, count: rows.length, glyphs, bbox };
  }

  /* [key, rows] of equal keys, the most frequent first. */
  function grouped(rows, keysOf) {
    const found = new Map();
    for (const row of rows) for (const key of keysOf(row)) {
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(row);
    }
    return [...found].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  }

  function cells(found, query) {
    const { placed, aside } = found;
    const seen = placed.filter((row) => inside(boxOf(query.get("bbox")), row));
    const groups = seen.length > POINTS_MOST ? squares(seen, Number(query.get("zoom")), CELL_PX) : seen.map((row) => [row]);
    const places = grouped(aside, (row) => [row.place]);
    found.bounds = found.bounds === undefined ? boundsOf(placed) : found.bounds;
    return {
      points: groups.filter((rows) => rows.length === 1).map(([row]) => row),
      cells: groups.filter((rows) => rows.length > 1).map(cellOf),
      in_view: seen.length, total: found.rows.length, bounds: found.bounds,
      unplaced: aside.slice(0, EDGE_MOST), unplaced_total: aside.length, edge_places: places.length,
      edge: places.slice(0, EDGE_MOST).map(([place, rows]) => ({ place, count: rows.length, precision: rows[0].precision, glyph: rows[0].glyph })),
    };
  }

  function heat(found, query) {
    const seen = found.placed.filter((row) => inside(boxOf(query.get("bbox")), row));
    return { cells: squares(seen, Number(query.get("zoom")), HEAT_PX).map((rows) => [rows[0].lon, rows[0].lat, rows.length]) };
  }

  /* Bars over the days of the file; what is known to longer than a bar is spread over its days. Few get lanes. */
  function days(rows, edges) {
    const dated = rows.filter((row) => row.end);
    const made = { lanes: [], sure: [], spread: [], before: 0, after: 0, undated: rows.length - dated.length, loose: {}, edges: [] };
    if (!dated.length) return made;
    if (dated.length <= LANES_MOST) {
      const [first, last] = [Math.min(...dated.map((row) => toDay(row.start))), Math.max(...dated.map((row) => toDay(row.end)))];
      const lanes = dated.map(({ id, glyph, title, start, end, when }) => ({ id, glyph, title, start, end, words: when }));
      return { ...made, lanes, edges: [toIso(first), toIso(last + 1)] };
    }
    const at = edges.map(toDay);
    const [low, high] = [at[0], at[at.length - 1]];
    const barOf = (day) => {
      let [a, b] = [0, at.length - 1];
      while (b - a > 1) {
        const middle = (a + b) >> 1;
        if (at[middle] <= day) a = middle;
        else b = middle;
      }
      return a;
    };
    const [sure, spread] = [new Array(at.length - 1).fill(0), new Array(at.length - 1).fill(0)];
    for (const row of dated) {
      const [first, last] = [toDay(row.start), toDay(row.end)];
      if (last < low) made.before += 1;
      else if (first >= high) made.after += 1;
      else {
        const [a, b] = [Math.max(first, low), Math.min(last, high - 1)];
        const [from, to] = [barOf(a), barOf(b)];
        if (from === to) sure[from] += 1;
        else {
          const wide = last - first + 1;
          const kind = wide <= 10 ? "week" : wide <= 31 ? "month" : "longer";
          made.loose[kind] = (made.loose[kind] || 0) + 1;
          for (let n = from; n <= to; n += 1) spread[n] += (Math.min(b + 1, at[n + 1]) - Math.max(a, at[n])) / wide;
        }
      }
    }
    return { ...made, sure, spread, edges };
  }

  const ORDERS = {
    date: (row) => row.end, type: (row) => row.type_label, place: (row) => row.place.toLowerCase(), origins: (row) => row.n_independent,
    confidence: (row) => row.confidence,
  };
  const apart = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  /* By one of ORDERS, unknown days last; ties: the later last day, more origins, higher confidence. */
  function ordered(rows, by, down) {
    const key = ORDERS[by] || ORDERS.date;
    return [...rows].sort((one, other) => {
      const [a, b] = [key(one), key(other)];
      if (by === "date" && (!a || !b)) return a ? -1 : b ? 1 : 0;
      return (down ? -1 : 1) * apart(a, b) || apart(other.end || "", one.end || "") || other.n_independent - one.n_independent || other.confidence - one.confidence;
    });
  }

  function listing(found, query) {
    const [box, by, down] = [boxOf(query.get("view")), query.get("sort") || "date", query.get("order") !== "up"];
    const seen = found.placed.filter((row) => inside(box, row));
    const whole = query.get("whole") === "1";
    const moving = whole ? found.routes.filter((row) => row.feature.properties.ends.some((end) => inside(box, end))) : [];
    const parts = whole ? [seen, found.aside] : [seen];
    if (query.has("aside")) parts.splice(0, parts.length, found.aside.filter((row) => row.place === query.get("aside")));
    const rows = [...parts.flatMap((part) => ordered(part, by, down)), ...moving];
    const offset = Number(query.get("offset")) || 0;
    return {
      in_view: parts[0].length, aside: whole ? found.aside.length : 0, routes: moving.length, all: found.rows.length, total: rows.length,
      rows: rows.slice(offset, offset + PAGE_MOST),
    };
  }

  function counts(found, query, sourceLabel) {
    const seen = found.placed.filter((row) => inside(boxOf(query.get("view")), row));
    const sources = grouped(seen, (row) => row.sources).map(([key, rows]) => [key, sourceLabel(key), rows.length]);
    const rest = sources.slice(SOURCES_MOST);
    return {
      in_view: seen.length, total: found.rows.length, sources: sources.slice(0, SOURCES_MOST),
      types: grouped(seen, (row) => [row.type]).map(([key, rows]) => [key, rows[0].type_label, rows[0].glyph, rows.length]),
      others: [rest.length, rest.reduce((all, [, , n]) => all + n, 0)],
    };
  }

  /* A details answer with its articles put back, which many share. */
  function opened(data, id) {
    const found = data.details[id];
    if (!found) throw new Error(D.say("This file does not hold that event."));
    return { ...found, sentences: found.sentences.map((sentence) => ({ ...sentence, article: data.articles[sentence.article] })) };
  }

  /* Answers by the path and query of the app's HTTP routes. */
  D.answers = function (data, sourceLabel) {
    for (const row of data.events) if (row.placed) {
      const { x, y } = L.CRS.EPSG3857.latLngToPoint(L.latLng(row.lat, row.lon), 0);
      [row.x, row.y] = [x / 256, y / 256];
    }
    let [last, kept] = [null, null];
    /* What the filter lets pass; the view and the order of a list do not change it. */
    const found = (query) => {
      const filter = FILTERS.flatMap((key) => query.getAll(key).map((value) => [key, value]));
      const asked = new URLSearchParams(filter).toString();
      if (asked !== last) {
        const rows = D.passing(data.events, asked);
        kept = { rows, placed: rows.filter((row) => row.placed), aside: rows.filter((row) => !row.placed), routes: D.passing(data.routes, asked) };
        last = asked;
      }
      return kept;
    };
    const without = (query, ...keys) => {
      for (const key of keys) query.delete(key);
      return D.passing(data.events, query.toString());
    };
    const routes = {
      "/api/cells": (query) => cells(found(query), query),
      "/api/heat": (query) => heat(found(query), query),
      "/api/days": (query) => days(without(query, "from", "to"), data.edges),
      "/api/list": (query) => listing(found(query), query),
      "/api/counts": (query) => counts(found(query), query, sourceLabel),
      "/api/routes.geojson": (query) => ({ features: found(query).routes.map((row) => row.feature) }),
      "/api/places": (query) => D.placesNamed(data, query.get("name"), without(query, "place")),
      basemap: () => data.basemap,
    };
    return async (path, query) => {
      const answer = routes[path];
      return answer ? answer(new URLSearchParams(query)) : opened(data, decodeURIComponent(path.replace("/api/events/", "")));
    };
  };
})();
