/* A map in a file of its own looks for words and for places by itself: as the app does, every word that is asked for
 * must stand in the title, the sentences, the places or the actors of an event. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const PLACES_MOST = 8;

  /* Text in small plain letters. */
  const plain = (text) => D.clean(text).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  /* Its words, each between blanks: " f 16 " stands in " an f 16 fell ". */
  const spaced = (text) => ` ${(plain(text).match(/[\p{L}\p{N}\p{Co}]+/gu) || []).join(" ")} `;

  const kept = new WeakMap(); // row: its words
  let base = null; // the base map, read when a town of it is found

  function wordsOf(row) {
    if (kept.has(row)) return kept.get(row);
    const { details, places } = D.held;
    const told = (details[row.id] || { sentences: [] }).sentences.map(({ text }) => text);
    const named = (row.at || []).filter((_, n) => n < (row.own || 0)).flatMap((n) => [places[n].name, ...places[n].also]);
    kept.set(row, [row.title, ...(row.said || []), ...told, ...named].map(spaced).join("\n"));
    return kept.get(row);
  }

  /* Whether a row holds every word of the text; a text without any word finds nothing. */
  D.holding = function (text) {
    const terms = text.split(/\s+/).map(spaced).filter((term) => term.trim());
    return (row) => terms.length > 0 && terms.every((term) => wordsOf(row).includes(term));
  };

  /* Places of the file whose name is or begins so, then towns and countries of its base map; as /api/places answers. */
  D.placesNamed = function (data, name, rows) {
    const key = spaced(name).trim();
    if (key.length < 2) return { places: [] };
    const rank = (names) => Math.min(...names.map((one) => spaced(one).trim()).map((one) => (one === key ? 0 : one.startsWith(key) ? 1 : 2)));
    const numbers = new Map();
    for (const row of rows) for (const n of row.at || []) numbers.set(n, (numbers.get(n) || 0) + 1);
    const own = data.places.map((place, n) => ({ ...place, id: String(n), events: numbers.get(n) || 0, rank: rank([place.name, ...place.also]) }));
    const near = (spot) => own.some((one) => one.rank < 2 && Math.abs(one.lon - spot.lon) < 0.2 && Math.abs(one.lat - spot.lat) < 0.2);
    const drawn = spots(data.basemap).map((spot) => ({ ...spot, events: null, rank: rank([spot.name, spot.ar]) })).filter((spot) => spot.rank < 2 && !near(spot));
    const found = [...own.filter((place) => place.rank < 2), ...drawn];
    found.sort((a, b) => a.rank - b.rank || (b.events > 0) - (a.events > 0)); // stable: own places by their size, towns by their zoom
    return { places: found.slice(0, PLACES_MOST).map((place) => ({ ...place, note: place.note || townNote(data, place) })) };
  };

  const spots = (base) => [
    ...base.countries.map(({ name, ar, at: [lon, lat] }) => ({ name, ar, lon, lat, area: null, radius_km: 100, note: D.say("country") })),
    ...base.cities.map(([x, y, , name, ar]) => ({ name, ar, lon: x / base.scale, lat: y / base.scale, area: null, radius_km: 0 })),
  ];

  /* Which of several towns of one name it is: by its country. */
  function townNote(data, { lon, lat }) {
    base = base || D.readBasemap(data.basemap);
    const country = D.countryAt(base, lon, lat);
    const name = country && ((D.language === "ar" && country.ar) || country.name);
    return [D.say("town on the base map"), name].filter(Boolean).join(" · ");
  }
})();
