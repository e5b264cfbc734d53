/* The live map layer: asks the app's HTTP routes for the present view and draws it over the offline base map.
 *
 *   DatelineLayer.start(map, config, ask)   once, from the page that made the Leaflet map; `ask(path, query, signal)`
 *                                           promises the JSON of an answer, by HTTP where none is given
 *   DL.do({do: "filter", query, open?, nonce?})   show what the query asks for; open a card once for each nonce
 *   DL.do({do: "open", id, nonce})
 *   DL.idle()    a promise for "everything asked for is drawn";  DL.state()   what is drawn, for tests
 *
 * What is picked goes to window.Streamlit.setComponentValue({picked, nonce}) where that exists. The layer knows nothing
 * of who drives it. Loaded after glyphs.js, basemap.js, routes.js, popup.js and controls.js. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el } = D;
  const DELAY = 60; // ms after a move before asking
  const PHONE = 600; // px of map width below which the cards over it start folded
  const FIT_ZOOM = 9; // a first view never goes nearer than this
  const CLOSE_ZOOM = 10; // nor does a flight to one event
  const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

  class Layer {
    constructor(map, config, ask) {
      this.map = map;
      this.config = config;
      this.ask = ask;
      this.query = "";
      this.answer = { points: [], cells: null, unplaced: [], unplaced_total: 0, bounds: null };
      this.routes = [];
      this.laid = [];
      this.places = null; // null while not shown
      this.base = null;
      this.pins = L.layerGroup();
      this.groups = [];
      this.selected = null;
      this.popup = null;
      this.heard = new Set();
      this.pending = 0;
      this.drawn = 0;
      this.waiting = [];
      this.picks = 0;
      this.fitted = false;
      this.written = [];
      this.problems = [];
      this.begun = false;
      this.loadRun = this.routeRun = null;
    }

    /* ---- start ---- */

    async begin() {
      this.pending += 1;
      const { map } = this;
      const box = map.getContainer();
      box.classList.add("dl-map");
      box.classList.toggle("dl-dark", this.config.theme === "dark");
      const ready = () => getComputedStyle(document.documentElement).getPropertyValue("--dl-ready").trim() && box.clientHeight > 60;
      while (!ready()) await frame(); // the style sheet and the height of the frame arrive on their own time
      map.invalidateSize({ animate: false });
      map.options.zoomSnap = 0.5; // a first view that fits better; tiles of the next whole zoom are scaled down
      const pane = (name, z) => (map.createPane(name).style.zIndex = z);
      pane("dl-base", 150); // below the tile pane: online tiles cover it when they load
      pane("dl-sketch", 380);
      pane("dl-labels", 390);
      pane("dl-pins", 610);
      this.sketch = new D.Sheet("dl-sketch", (context, bounds) => this.paintSketch(context, bounds)).addTo(map);
      this.labels = new D.Sheet("dl-labels", (context, bounds) => this.paintLabels(context, bounds)).addTo(map);
      this.pins.addTo(map);
      this.addControls();
      this.listen();
      this.begun = true;
      await Promise.all([this.loadBase(), this.loadRoutes(), this.load()]);
      this.settle();
    }

    addControls() {
      const { map } = this;
      const small = map.getSize().x < PHONE;
      this.small = small;
      const controls = D.buttons(map, {
        places: (on) => this.showPlaces(on),
        tiles: (on) => this.showTiles(on),
        fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : map.getContainer().requestFullscreen()),
        reset: () => this.fit(),
      });
      this.onlineBox = controls.online;
      this.legend = D.legend(map, !small);
      this.edge = D.edgeList(map, !small, (id, from) => this.open(id, { from, told: true }));
      this.notes = D.notes(map);
      D.credits(map);
      if (this.config.tiles) this.showTiles(true);
    }

    listen() {
      const { map } = this;
      map.on("moveend", () => {
        clearTimeout(this.timer);
        if (!this.timerOn) this.pending += 1;
        this.timerOn = true;
        this.timer = setTimeout(async () => {
          this.timerOn = false;
          await this.load();
          this.settle();
        }, DELAY);
      });
      map.on("zoomend", () => this.drawPins());
      map.on("move", () => this.movePopup());
      map.on("zoomend resize", () => this.placePopup());
      map.on("click", (event) => this.clickMap(event));
      map.on("mousemove", (event) => {
        map.getContainer().style.cursor = this.routeAt(event.layerPoint) ? "pointer" : "";
      });
      document.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && this.popup) this.close();
      });
      new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    }

    /* ---- asking ---- */

    filtered(parameters) {
      return [parameters, this.query].filter(Boolean).join("&");
    }

    /* Runs one kind of request at a time: a newer one ends the older. Undefined when it was ended or failed. */
    async latest(slot, work) {
      if (this[slot]) this[slot].abort();
      const run = (this[slot] = new AbortController());
      this.pending += 1;
      try {
        return await work(run.signal);
      } catch (error) {
        if (error.name !== "AbortError" && this[slot] === run) this.complain(error);
        return undefined;
      } finally {
        this.settle();
      }
    }

    complain(error) {
      this.problems.push(error.message);
      const words = error.told ? error.message : "The map could not load events. The list is complete.";
      this.notes.show(words, { label: "Try again", run: () => this.reload() });
    }

    async loadBase() {
      try {
        this.base = D.readBasemap(await this.ask(this.config.basemap, ""));
      } catch (error) {
        this.problems.push(error.message);
        this.notes.show("The base map could not be loaded; events are shown without it.");
        return;
      }
      new D.BaseTiles(this.base, {}).addTo(this.map);
      this.repaint();
    }

    viewQuery() {
      const view = this.map.getBounds().pad(0.1);
      let [west, east] = [view.getWest(), view.getEast()];
      if (east - west >= 360) [west, east] = [-180, 180];
      else {
        const wrap = (lon) => ((((lon + 180) % 360) + 360) % 360) - 180;
        [west, east] = [wrap(west), wrap(east)]; // west > east: the view crosses the antimeridian
      }
      const clamp = (lat) => Math.max(-90, Math.min(90, lat));
      const box = [west, clamp(view.getSouth()), east, clamp(view.getNorth())].map((n) => n.toFixed(5));
      return `bbox=${box.join(",")}&zoom=${Math.round(this.map.getZoom())}`;
    }

    async load() {
      this.map.getContainer().classList.add("dl-stale");
      const asked = this.latest("loadRun", (signal) => this.ask("/api/cells", this.viewFilter(), signal));
      const answer = await asked;
      if (!answer) return;
      this.notes.hide();
      this.answer = answer;
      if (!this.fitted && answer.bounds) {
        await this.routesIn;
        this.fitted = true;
        this.edge.update(answer.unplaced || [], answer.unplaced_total || 0, this.small);
        this.showLegend();
        this.fit(); // asks again through moveend
      }
      this.map.getContainer().classList.remove("dl-stale");
      this.draw();
    }

    /* The filter's own bbox gives way to the view: the two would contradict each other. */
    viewFilter() {
      const kept = new URLSearchParams(this.query);
      kept.delete("bbox");
      const rest = kept.toString();
      return `${this.viewQuery()}${rest ? `&${rest}` : ""}`;
    }

    loadRoutes() {
      this.routesIn = this.latest("routeRun", async (signal) => {
        const found = await this.ask("/api/routes.geojson", this.filtered("map=1"), signal);
        this.routes = found.features || [];
        this.repaint();
      });
      return this.routesIn;
    }

    async showPlaces(on) {
      if (!on) this.places = null;
      else {
        await this.latest("placeRun", async (signal) => {
          this.places = (await this.ask("/api/places.geojson", this.filtered(""), signal)).features || [];
        });
      }
      this.repaint();
    }

    reload() {
      this.notes.hide();
      const jobs = [this.load(), this.loadRoutes()];
      if (this.places) jobs.push(this.showPlaces(true));
      return Promise.all(jobs);
    }

    /* Online tiles over the vector map; when none can be had they go again and a note says so. */
    showTiles(on) {
      if (this.tiles) this.tiles.remove();
      this.tiles = null;
      if (!on) return;
      const tiles = (this.tiles = L.tileLayer(this.config.tiles, { maxZoom: this.map.getMaxZoom() }));
      let [failed, loaded] = [0, 0];
      tiles.on("tileload", () => (loaded += 1));
      tiles.on("tileerror", () => {
        failed += 1;
        if (loaded || failed < 3 || this.tiles !== tiles) return;
        this.showTiles(false);
        this.onlineBox.checked = false;
        this.notes.show("Online map not reachable, offline map shown.");
      });
      tiles.addTo(this.map);
    }

    /* ---- drawing ---- */

    project(lon, lat) {
      // the copy of the world that is nearest to the middle of the view
      const middle = this.map.getCenter().lng;
      return this.map.latLngToLayerPoint([lat, lon + 360 * Math.round((middle - lon) / 360)]);
    }

    draw() {
      this.edge.update(this.answer.unplaced || [], this.answer.unplaced_total || 0, this.small);
      this.drawPins();
      this.repaint();
    }

    repaint() {
      if (!this.begun) return;
      this.laid = this.routes.map((feature) => D.layRoute(feature, (lon, lat) => this.project(lon, lat), this.map));
      this.sketch.repaint();
      this.labels.repaint();
      this.drawRouteButtons();
      this.showLegend();
    }

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
    }

    focus(key) {
      const target = [...this.map.getContainer().querySelectorAll("[data-dl-key]")].find((node) => node.dataset.dlKey === key);
      if (target) target.focus({ preventScroll: true });
      return Boolean(target);
    }

    fan(group, box) {
      const first = group.items.findIndex((item) => item.id === this.selected);
      const items = first > 0 ? [group.items[first], ...group.items.filter((_, n) => n !== first)] : group.items;
      const SPOTS = [[0, 0], [-15, 17], [15, 17]];
      [...items.entries()].reverse().forEach(([n, item]) => {
        const on = item.id === this.selected;
        const label = [(this.config.glyphs[item.glyph] || {}).label, item.title].filter(Boolean).join(": ");
        const pin = D.button(`dl-pin${on ? " dl-on" : ""}`, label, () => this.open(item.id, { group, told: true }),
          D.glyph(item.glyph, on ? 30 : 22, D.isHollow(item.precision)));
        pin.dataset.dlKey = item.id;
        [pin.style.left, pin.style.top] = SPOTS[n].map((px) => `${px}px`);
        box.append(pin);
      });
    }

    disc(group) {
      const inside = group.items && group.items.some((item) => item.id === this.selected);
      const node = D.button(`dl-pin dl-disc${inside ? " dl-on" : ""}`, `${D.number(group.count)} events`, () => this.openDisc(group), D.disc(group.count, group.glyphs));
      node.dataset.dlKey = `disc ${group.lon} ${group.lat}`;
      return node;
    }

    openDisc(group) {
      const { map } = this;
      const [west, south, east, north] = group.bbox;
      const spread = Math.max(east - west, north - south);
      if (spread > 0.002 && map.getZoom() < map.getMaxZoom()) {
        const box = L.latLngBounds([south, west], [north, east]);
        const zoom = Math.max(map.getZoom() + 1, Math.min(map.getBoundsZoom(box.pad(0.15)), map.getZoom() + 4));
        map.setView(box.getCenter(), Math.min(zoom, map.getMaxZoom()), { animate: !calm() });
      } else this.openList(group);
    }

    /* Everything at one spot as a list; each row opens its card. */
    openList(group) {
      const items = group.items || [];
      const list = el("ul", "dl-list");
      for (const item of items.slice(0, 200)) {
        const row = el("button", "", null, D.glyph(item.glyph, 16, D.isHollow(item.precision)), D.block("span", "", item.title));
        row.type = "button";
        row.addEventListener("click", () => this.open(item.id, { group, told: true }));
        list.append(el("li", "", null, row));
      }
      const words = items.length ? null : el("p", "", "Too many to list here. Narrow the dates or types.");
      const title = el("h2", "dl-title", `${D.number(group.count)} events here`);
      this.showCard({ at: group, key: `disc ${group.lon} ${group.lat}` }, title, items.length ? list : words);
    }

    /* Focusable stand-ins for lines, which a canvas cannot offer to the keyboard. */
    drawRouteButtons() {
      if (!this.routeButtons) this.routeButtons = L.layerGroup().addTo(this.map);
      this.routeButtons.clearLayers();
      for (const route of this.laid) {
        const leg = route.legs[route.legs.length - 1];
        if (!leg) continue;
        const id = this.routeId(route);
        const [x, y] = leg.points[Math.floor(leg.points.length / 2)];
        const node = D.button("dl-pin dl-route", `Route: ${route.feature.properties.title || id}`, () => this.openRoute(route), D.arrowIcon(18));
        node.dataset.dlKey = id;
        const icon = L.divIcon({ html: el("div", "", null, node), className: "dl-spot", iconSize: [0, 0] });
        L.marker(this.map.layerPointToLatLng([x, y]), { icon, pane: "dl-pins", interactive: false, keyboard: false }).addTo(this.routeButtons);
      }
    }

    routeId(route) {
      return String(route.feature.properties.id || route.feature.id);
    }

    routeAt(point) {
      return this.laid.find((route) => D.routeDistance(route, point.x, point.y) < 7);
    }

    clickMap(event) {
      const route = this.routeAt(event.layerPoint);
      if (route) this.openRoute(route, event.latlng);
      else if (this.popup) this.close();
    }

    openRoute(route, where) {
      const leg = route.legs[route.legs.length - 1];
      const [x, y] = leg.points[Math.floor(leg.points.length / 2)];
      const at = where || this.map.layerPointToLatLng([x, y]);
      this.open(this.routeId(route), { group: { lon: at.lng, lat: at.lat }, told: true });
    }

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
      for (const point of points) {
        const chosen = point.id === this.selected;
        if (!point.radius_km || !(chosen || (D.isHollow(point.precision) && points.length <= 40))) continue;
        const radius = D.kmToPixels(this.map, point.lat, point.radius_km);
        const { x, y } = this.project(point.lon, point.lat);
        if (radius > 16 && radius < 500) D.drawHalo(context, x, y, radius, (this.config.glyphs[point.glyph] || {}).colour || D.theme.ink, chosen);
      }
      for (const route of this.laid) D.drawRoute(context, route, this.routeId(route) === this.selected);
    }

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
      for (const end of ends) {
        const key = `${end.name} ${end.lon} ${end.lat}`;
        if (named.has(key)) continue;
        named.add(key);
        const area = end.vague || end.radius > 30;
        if (!area) labels.take([end.x - 5, end.y - 5, end.x + 5, end.y + 5]);
        const words = end.radius && end.radius < 55 ? "" : D.precisionWords(end.precision); // a small circle has no room for both
        const write = (lift, forced) =>
          labels.place("end", end.x, end.y + lift, end.name, words, { forced, centred: area, gap: area ? Math.max(8, end.radius + 4) : 8 });
        // inside a large circle the name looks for a height that no line passes
        const heights = end.radius > 60 ? [-0.35, -0.6, 0.35, 0.6].map((part) => part * end.radius) : [];
        if (!heights.some((lift) => write(lift, false))) write(end.precision === "country" ? 18 : heights[0] || 0, true);
      }
      this.paintPlaces(context, labels);
      if (this.base) D.baseLabels(labels, this.base, this.map);
      labels.paint();
      this.written = labels.written.map(({ kind, first, lower }) => ({ kind, text: first, second: lower }));
    }

    seen() {
      const corner = this.map.containerPointToLayerPoint([0, 0]);
      return L.bounds(corner, corner.add(this.map.getSize()));
    }

    /* Names keep off the lines. */
    routeRoom(labels) {
      for (const leg of this.laid.flatMap((route) => route.legs)) {
        for (const [x, y] of leg.points) labels.take([x - 3, y - 3, x + 3, y + 3]);
      }
    }

    paintPlaces(context, labels) {
      for (const { geometry, properties } of this.places || []) {
        const [lon, lat] = geometry.coordinates;
        const { x, y } = this.project(lon, lat);
        context.beginPath();
        context.arc(x, y, 3.4, 0, 7);
        context.lineWidth = 1.5;
        context.strokeStyle = D.theme.muted;
        context.stroke();
        labels.place("mention", x, y, properties.name, "mentioned only", { gap: 7 });
        labels.take([x - 4, y - 4, x + 4, y + 4]);
      }
    }

    showLegend() {
      const { points, cells } = this.answer;
      const glyphs = new Set([...(points || []), ...(this.answer.unplaced || [])].map((item) => item.glyph));
      for (const cell of cells || []) Object.keys(cell.glyphs || {}).forEach((name) => glyphs.add(name));
      const legs = this.laid.flatMap((route) => route.legs);
      const hollow = (points || []).find((item) => D.isHollow(item.precision));
      this.legend.update({
        glyphs, hollow: hollow && hollow.glyph,
        halo: this.laid.some((route) => route.ends.some((end) => end.radius > 11)),
        route: legs.some((leg) => leg.head), dashed: legs.some((leg) => leg.dash),
      });
    }

    /* ---- the view ---- */

    /* All that is to be seen at first: the events' bounds and the ends of routes, with their circles. */
    fit() {
      const { map } = this;
      const places = this.routes.flatMap((feature) => feature.properties.ends || []);
      const corners = [];
      if (this.answer.bounds) {
        const [west, south, east, north] = this.answer.bounds;
        corners.push([south, west], [north, east <= west - 180 ? east + 360 : east]);
      }
      for (const end of places) {
        const span = end.precision === "country" ? 0 : Math.min(150, Number(end.radius_km) || 0) / 111;
        corners.push([end.lat - span, end.lon - span], [end.lat + span, end.lon + span]);
      }
      if (!corners.length) return;
      const box = L.latLngBounds(corners);
      const spots = [...(this.answer.points || []).map((p) => [p.lat, p.lon]), ...places.map((p) => [p.lat, p.lon])];
      const best = this.bestView(box, spots);
      map.setView(best.center, best.zoom, { animate: false });
    }

    /* Among views with room for none, one or both of the cards over the map: the nearest that hides no pin. */
    bestView(box, spots) {
      const { map } = this;
      const size = map.getSize();
      const frameOf = (card) => (card.hidden ? [0, 0] : [card.offsetWidth + 18, card.offsetHeight + 18]);
      const [legendW, legendH] = frameOf(this.legend.card);
      const [edgeW, edgeH] = frameOf(this.edge.card);
      const cards = [[0, size.y - legendH, legendW, size.y], [size.x - edgeW, 0, size.x, edgeH], [0, 0, 52, 210]];
      let best = null;
      for (const left of [24, 58, legendW + 10]) for (const bottom of [34, legendH + 16]) {
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
          const score = zoom - 3 * Math.min(1, covered) - covered / 100;
          if (!best || score > best.score) best = { score, zoom, center: map.unproject(centre, zoom) };
        }
      }
      return best;
    }

    /* ---- cards ---- */

    /* Opens the card of an event or route. `group` is where it was picked, `from` the element focus returns to;
     * `told` = a person picked it here, so Python hears of it. */
    async open(id, { group = null, from = null, told = false } = {}) {
      if (told) this.pick(id);
      this.selected = id;
      this.showCard({ at: group, from, key: id, id }, el("div", "dl-muted", "Reading …"));
      this.drawPins();
      this.repaint();
      const found = await this.latest("openRun", (signal) => this.ask(`/api/events/${encodeURIComponent(id)}`, "", signal));
      if (!found) {
        if (this.popup && this.popup.id === id) this.close();
        return;
      }
      if (this.selected !== id) return;
      const placed = Number.isFinite(found.lon) && Number.isFinite(found.lat);
      const at = group || (placed ? { lon: found.lon, lat: found.lat } : null);
      if (!group && placed) this.reach(found);
      const { parts, foot } = D.popupContent(found);
      const shared = group && group.items && group.items.length > 1 ? group.items : null;
      if (shared) foot.append(this.nextButton(shared, id, group));
      this.showCard({ at, from, key: id, id }, parts);
      this.drawPins();
      this.repaint();
    }

    nextButton(items, id, group) {
      const here = items.findIndex((item) => item.id === id);
      const next = items[(here + 1) % items.length];
      const button = el("button", "dl-next", `${here + 1} of ${items.length} here ›`);
      button.type = "button";
      button.addEventListener("click", () => this.open(next.id, { group, told: true }));
      return button;
    }

    /* Brings an event into view when a row asked for it; what is well in view stays where it is. */
    reach({ lon, lat }) {
      const { map } = this;
      const zoom = Math.max(map.getZoom(), Math.min(8, CLOSE_ZOOM));
      if (zoom === map.getZoom() && map.getBounds().pad(-0.15).contains([lat, lon])) return;
      map.setView([lat, lon], zoom, { animate: !calm(), duration: 0.2 });
    }

    /* A card takes most of a phone's map: the map moves so that the pin stands above it. */
    clear() {
      const { at, node } = this.popup;
      const { map } = this;
      if (!this.small || !at) return;
      const point = map.layerPointToContainerPoint(this.project(at.lon, at.lat));
      if (node.offsetHeight + 140 < map.getSize().y) return;
      map.panBy([point.x - map.getSize().x / 2, point.y - 60], { animate: false });
    }

    showCard(about, ...content) {
      const kept = this.popup && this.popup.key === about.key ? this.popup : null;
      if (this.popup) this.popup.node.remove();
      const node = el("section", "dl-popup", null, D.button("dl-close", "Close", () => this.close(), D.icon("close")), ...content);
      node.setAttribute("role", "dialog");
      node.setAttribute("aria-label", "Event");
      node.tabIndex = -1;
      L.DomEvent.disableClickPropagation(node);
      L.DomEvent.disableScrollPropagation(node);
      this.map.getContainer().append(node);
      this.popup = { ...about, node, from: about.from || (kept && kept.from) };
      node.style.width = `${Math.min(350, this.map.getSize().x - 60)}px`;
      this.clear();
      this.placePopup();
      node.focus({ preventScroll: true });
    }

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
      const boxes = [box(this.legend.card, 10, size.y - this.legend.card.offsetHeight - 10), box(this.edge.card, size.x - this.edge.card.offsetWidth - 10, 10), [0, 0, 50, 210]];
      const best = D.popupSpot(size, point, w, h, marks, boxes);
      this.popup.spot = { left: best.left - point.x, top: best.top - point.y };
      this.movePopup();
    }

    /* The card goes with the map. */
    movePopup() {
      const { popup, map } = this;
      if (!popup || !popup.spot) return;
      const point = map.layerPointToContainerPoint(this.project(popup.at.lon, popup.at.lat));
      popup.node.style.left = `${Math.round(popup.spot.left + point.x)}px`;
      popup.node.style.top = `${Math.round(popup.spot.top + point.y)}px`;
    }

    close() {
      const { popup } = this;
      this.popup = null;
      this.selected = null;
      popup.node.remove();
      this.drawPins();
      this.repaint();
      if (popup.from && popup.from.isConnected) popup.from.focus({ preventScroll: true });
      else if (!this.focus(popup.key)) this.map.getContainer().focus({ preventScroll: true });
    }

    pick(id) {
      this.picks += 1;
      if (window.Streamlit) window.Streamlit.setComponentValue({ picked: id, nonce: `${Date.now()}.${this.picks}` });
    }

    /* ---- commands and waiting ---- */

    obey(command) {
      const fresh = command.nonce === undefined || !this.heard.has(command.nonce);
      if (command.do === "filter" && (command.query || "") !== this.query) {
        this.query = command.query || "";
        if (this.begun) {
          if (this.popup && command.open !== this.popup.id) this.close();
          this.reload();
        }
      }
      const id = command.do === "open" ? command.id : command.open;
      if (id && fresh) {
        this.heard.add(command.nonce);
        this.whenBegun(() => this.open(String(id)));
      }
    }

    whenBegun(work) {
      if (this.begun && this.fitted) work();
      else this.idle().then(work);
    }

    settle() {
      this.pending -= 1;
      if (this.pending > 0) return;
      this.drawn += 1;
      this.map.getContainer().dataset.dlDrawn = String(this.drawn);
      for (const resolve of this.waiting.splice(0)) resolve();
    }

    idle() {
      return this.pending > 0 ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
    }

    state() {
      return {
        drawn: this.drawn, query: this.query, selected: this.selected, labels: this.written, problems: this.problems,
        groups: this.groups.map((group) => group.count), routes: this.laid.map((route) => route.legs.length), zoom: this.map.getZoom(),
      };
    }
  }

  /* Asks the app's routes; an Error whose message may be shown (and has .told) when the server says what is wrong. */
  const byHttp = (base) => async (path, query, signal) => {
    const response = await fetch(`${base}${path}${query ? `?${query}` : ""}`, { signal, headers: { Accept: "application/json" } });
    const body = await response.json().catch(() => null);
    if (response.ok && body) return body;
    const error = new Error((body && body.error) || `The server answered ${response.status}.`);
    error.told = Boolean(body && body.error) && response.status < 500;
    throw error;
  };

  D.start = function (map, config, ask = byHttp(config.base)) {
    D.config = config;
    D.theme = D.THEMES[config.theme];
    const layer = new Layer(map, config, ask);
    window.DL = {
      do: (command) => layer.obey(command),
      idle: () => layer.idle(),
      state: () => layer.state(),
    };
    layer.pending += 1;
    // A command of the same turn comes first, so that the first question asked is already the filtered one.
    setTimeout(() => layer.begin().finally(() => layer.settle()), 0);
    return window.DL;
  };
})();
