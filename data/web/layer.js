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
  const REST = 100; // ms without a movement after which the next one is asked about at once
  const DELAY = 25; // ms to wait after one of several movements before asking
  const NEAR = 3; // px between where a movement was to end and where it ended
  const PHONE = 800; // px of map width below which the cards over it start folded
  const LOW = 440; // px of map height below which the legend would lie over the buttons
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

  class Layer {
    constructor(map, config, ask) {
      this.map = map;
      this.config = config;
      this.ask = ask;
      this.asked = ""; // the filter without its days
      this.days = { from: "", to: "" };
      this.look = "auto";
      this.hot = this.halos = false;
      this.wanted = { places: false, online: true };
      this.start = null; // [lat, lon, zoom] that a link asks for
      this.answer = { points: [], cells: null, unplaced: [], unplaced_total: 0, edge: [], edge_places: 0, bounds: null };
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
      this.moved = this.took = 0; // when the last movement ended, and how long it then took to draw
      this.written = [];
      this.problems = [];
      this.begun = false;
      this.ahead = null; // what was asked about a view before it was reached
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
      pane("dl-heat", 370);
      pane("dl-sketch", 380);
      pane("dl-labels", 390);
      pane("dl-pins", 610);
      this.heat = new D.Sheet("dl-heat", (context) => this.paintHeat(context)).addTo(map);
      this.sketch = new D.Sheet("dl-sketch", (context, bounds) => this.paintSketch(context, bounds)).addTo(map);
      this.labels = new D.Sheet("dl-labels", (context, bounds) => this.paintLabels(context, bounds)).addTo(map);
      this.pins.addTo(map);
      this.addControls();
      this.listen();
      this.layOver();
      this.begun = true;
      await Promise.all([this.loadBase(), this.loadRoutes(), this.load(), this.timeline && this.timeline.load(), this.loadHeat(), this.loadPlaces()]);
      this.settle();
    }

    addControls() {
      const { map } = this;
      const small = map.getSize().x < PHONE;
      this.small = small;
      this.tools = new D.Tools(this);
      const shown = (work) => (value) => map.fire("dl-shown", void work(value));
      this.controls = D.buttons(map, this, {
        places: shown((on) => this.showPlaces(on)),
        tiles: shown((on) => this.showTiles((this.wanted.online = on))),
        heat: shown((on) => this.showHeat(on)),
        halos: shown((on) => this.showHalos(on)),
        look: shown((look) => this.setLook(look)),
        search: (button) => this.tools.search(button),
        measure: (button) => this.tools.measure(button),
        fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : map.getContainer().requestFullscreen()),
        reset: () => this.fit(),
      });
      const counted = this.rail && this.rail.mode === "counts"; // the table of counts is its legend
      this.legend = D.legend(map, !small && !counted && map.getSize().y > LOW);
      this.edge = D.edgeList(map, !small, {
        open: (id, from) => this.open(id, { from, told: true }),
        list: (row, from) => this.openEdge(row, from),
      });
      this.notes = D.notes(map);
      D.credits(map);
      if (this.config.tiles) this.showTiles(this.wanted.online);
    }

    listen() {
      const { map } = this;
      map.on("moveend", () => {
        const wait = performance.now() - this.moved < REST ? DELAY : 0;
        this.moved = performance.now();
        clearTimeout(this.timer);
        if (!this.timerOn) this.pending += 1;
        this.timerOn = true;
        this.timer = setTimeout(async () => {
          this.timerOn = false;
          await Promise.all([this.load(), this.hot && this.loadHeat()]);
          this.settle();
        }, wait);
      });
      map.on("zoomanim", ({ center, zoom }) => this.lookAhead(center, zoom));
      map.on("zoomend", () => this.ahead || this.drawPins());
      map.on("move", () => this.movePopup());
      map.on("zoomend resize", () => this.placePopup());
      map.on("click", (event) => this.clickMap(event));
      map.on("mousemove", (event) => {
        map.getContainer().style.cursor = this.tools.measuring ? "crosshair" : this.routeAt(event.layerPoint) ? "pointer" : "";
      });
      map.on("contextmenu", (event) => this.tools.coordinates(event.latlng));
      document.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !this.tools.escape() && this.popup) this.close({ told: true });
      });
      new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    }

    /* ---- asking ---- */

    /* The whole filter: what Python asks for, and the days that are chosen on the timeline. */
    get query() {
      const { from, to } = this.days;
      return [this.asked, from && `from=${from}`, to && `to=${to}`].filter(Boolean).join("&");
    }

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
      this.notes.show(error.told ? error.message : D.say("The map could not load events."), { label: D.say("Try again"), run: () => this.reload() });
    }

    viewQuery(centre = this.map.getCenter(), zoom = this.map.getZoom()) {
      const half = this.map.getSize().divideBy(2);
      const middle = this.map.project(centre, zoom);
      const corner = (point) => this.map.unproject(point, zoom);
      const view = L.latLngBounds(corner(middle.subtract(half)), corner(middle.add(half))).pad(0.1);
      return `bbox=${D.boxWords(view)}&zoom=${Math.round(zoom)}`;
    }

    /* Asks for the view that a zoom will end at, while it is still on its way. */
    lookAhead(centre, zoom) {
      if (this.ahead) this.ahead.run.abort();
      const run = new AbortController();
      const answer = this.ask("/api/cells", this.viewFilter(centre, zoom), run.signal);
      answer.catch(() => null); // told when the answer is wanted
      this.ahead = { centre, zoom, query: this.query, answer, run };
    }

    /* The answer for the present view: asked for ahead, or now. */
    askView(signal) {
      const { ahead, map } = this;
      this.ahead = null;
      const centre = map.getCenter();
      if (ahead && ahead.query === this.query && ahead.zoom === map.getZoom()
        && map.project(ahead.centre).distanceTo(map.project(centre)) < NEAR) {
        signal.addEventListener("abort", () => ahead.run.abort());
        return ahead.answer;
      }
      if (ahead) ahead.run.abort();
      return this.ask("/api/cells", this.viewFilter(), signal);
    }

    async load() {
      this.map.getContainer().classList.add("dl-stale");
      const answer = await this.latest("loadRun", (signal) => this.askView(signal));
      if (!answer) return;
      this.notes.mended();
      this.answer = answer;
      if (!this.fitted && answer.bounds) {
        await this.routesIn;
        this.fitted = true;
        this.edge.update(answer, this.small);
        this.showLegend();
        if (this.start) this.map.setView(this.start.slice(0, 2), this.start[2], { animate: false });
        else this.fit(); // either asks again through moveend
      }
      this.map.getContainer().classList.remove("dl-stale");
      this.draw();
      this.took = performance.now() - this.moved;
      this.map.fire("dl-loaded");
    }

    /* The filter's own bbox gives way to the view: the two would contradict each other. */
    viewFilter(...where) {
      const kept = new URLSearchParams(this.query);
      kept.delete("bbox");
      const rest = kept.toString();
      return `${this.viewQuery(...where)}${rest ? `&${rest}` : ""}`;
    }

    loadRoutes() {
      this.routesIn = this.latest("routeRun", async (signal) => {
        const found = await this.ask("/api/routes.geojson", this.filtered("map=1"), signal);
        this.routes = found.features || [];
        this.repaint();
      });
      return this.routesIn;
    }

    reload() {
      this.notes.mended();
      const jobs = [this.load(), this.loadRoutes()];
      if (this.hot) jobs.push(this.loadHeat());
      if (this.wanted.places) jobs.push(this.loadPlaces());
      return Promise.all(jobs);
    }

    /* ---- drawing ---- */

    project(lon, lat) {
      // the copy of the world that is nearest to the middle of the view
      const middle = this.map.getCenter().lng;
      return this.map.latLngToLayerPoint([lat, lon + 360 * Math.round((middle - lon) / 360)]);
    }

    draw() {
      this.edge.update(this.answer, this.small);
      this.drawPins();
      this.repaint();
    }

    repaint() {
      if (!this.begun) return;
      this.laid = this.routes.map((feature) => D.layRoute(feature, (lon, lat) => this.project(lon, lat), this.map));
      this.heat.repaint();
      this.sketch.repaint();
      this.labels.repaint();
      this.drawRouteButtons();
      this.showLegend();
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

    /* ---- commands and waiting ---- */

    obey(command) {
      const fresh = command.nonce === undefined || !this.heard.has(command.nonce);
      if (command.do === "filter") this.take(command.query || "");
      const id = command.do === "open" ? command.id : command.open;
      if (id && fresh) {
        this.heard.add(command.nonce);
        this.whenBegun(() => this.open(String(id)));
      }
    }

    /* A new filter. While days are being chosen here, older ones from there are not taken. */
    take(query) {
      const given = new URLSearchParams(query);
      const days = { from: given.get("from") || "", to: given.get("to") || "" };
      given.delete("from");
      given.delete("to");
      const others = given.toString() !== this.asked;
      const busy = this.timeline && this.timeline.busy;
      const moved = !busy && (days.from !== this.days.from || days.to !== this.days.to);
      if (!others && !moved) return;
      this.asked = given.toString();
      if (!busy) this.days = days;
      if (!this.begun) return;
      this.reload();
      if (this.timeline) this.timeline.follow(others);
    }

    /* Days chosen on the timeline; told to Python once they are settled. */
    choose(from, to, { settled = true } = {}) {
      const same = this.days.from === from && this.days.to === to;
      this.days = { from, to };
      if (!same) this.load();
      if (!settled) return;
      this.loadRoutes();
      if (this.hot) this.loadHeat();
      this.tell({ set: { from: [from].filter(Boolean), to: [to].filter(Boolean) } });
    }

    /* Something for the page: what was opened, or a part of the filter. */
    tell(message) {
      this.picks += 1;
      const told = { ...message, nonce: `${Date.now()}.${this.picks}` };
      this.map.fire("dl-told", { told });
      if (window.Streamlit) window.Streamlit.setComponentValue(told);
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
        drawn: this.drawn, took: this.took, query: this.query, days: this.days, look: this.look, heat: (this.cells || []).length, selected: this.selected, labels: this.written, problems: this.problems,
        groups: this.groups.map((group) => group.count), routes: this.laid.map((route) => route.legs.length), zoom: this.map.getZoom(),
      };
    }
  }

  /* Asks the app's routes; an Error whose message may be shown (and has .told) when the server says what is wrong. */
  const byHttp = (base) => async (path, query, signal) => {
    const asked = [query, D.catalogue && `lang=${D.language}`].filter(Boolean).join("&");
    const response = await fetch(`${base}${path}${asked ? `?${asked}` : ""}`, { signal, headers: { Accept: "application/json" } });
    const body = await response.json().catch(() => null);
    if (response.ok && body) return body;
    const error = new Error((body && body.error) || D.say("The server answered {status}.", { status: response.status }));
    error.told = Boolean(body && body.error) && response.status < 500;
    throw error;
  };

  Object.assign(Layer.prototype, D.view, D.looks, D.pins, D.sketch, D.cards);

  D.start = function (map, config, ask = byHttp(config.base)) {
    config.looks = config.looks || D.looksOfFamilies;
    D.theme = D.THEMES[config.theme];
    D.config = { ...config, glyphs: config.looks[config.theme] };
    D.page = D.look();
    const layer = new Layer(map, config, ask);
    if (config.around) D.around(layer);
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
