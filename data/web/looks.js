/* Part of the layer: what the map is drawn on, and what may be laid over it: base maps, heat, reference places. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const HEAT_PX = 26; // radius of the glow round one cell
  const GLOW = [[0, 0], [0.12, 0.28], [0.45, 0.62], [1, 0.9]]; // strength to opacity
  const WARM = { light: ["#f0c05a", "#d9541e", "#6b0f2e"], dark: ["#7a3b12", "#ef7d2d", "#ffe9a8"] };

  D.looks = {
    async loadBase() {
      try {
        this.base = D.readBasemap(await this.ask(this.config.basemap, ""));
      } catch (error) {
        this.problems.push(error.message);
        this.notes.show(D.say("The base map could not be loaded; events are shown without it."));
        return;
      }
      this.baseTiles = new D.BaseTiles(this.base, { plain: () => this.look === "plain" }).addTo(this.map);
      this.repaint();
    },

    /* "auto" follows the page; light and dark turn the whole map; plain leaves names, rivers and provinces away. */
    setLook(look) {
      this.look = look;
      this.dress();
      if (this.baseTiles) this.baseTiles.redraw();
      this.edge.redraw();
      this.draw();
    },

    /* The colours of the look. */
    dress() {
      const { look } = this;
      const theme = look === "light" || look === "dark" ? look : this.config.theme;
      D.theme = D.THEMES[theme];
      D.config.glyphs = this.config.looks[theme];
      this.map.getContainer().classList.toggle("dl-dark", theme === "dark");
      this.warmth = null;
    },

    /* What a link asks to be laid over the map; before it begins. */
    layOver() {
      this.dress();
      this.map.getContainer().classList.toggle("dl-hot", this.hot);
    },

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
        this.controls.online.checked = false;
        this.notes.show(D.say("Online map not reachable, offline map shown."));
      });
      tiles.addTo(this.map);
    },

    showPlaces(on) {
      this.wanted.places = on;
      return this.loadPlaces();
    },

    async loadPlaces() {
      if (!this.wanted.places) this.places = null;
      else {
        await this.latest("placeRun", async (signal) => {
          const found = (await this.ask("/api/places.geojson", this.filtered(""), signal)).features || [];
          this.places = this.wanted.places ? found : null;
        });
      }
      this.repaint();
    },

    showHalos(on) {
      this.halos = on;
      this.repaint();
    },

    /* ---- heat ---- */

    async showHeat(on) {
      this.hot = on;
      this.map.getContainer().classList.toggle("dl-hot", on);
      await this.loadHeat();
    },

    /* Asks for counts in small cells of the view. */
    async loadHeat() {
      if (!this.hot) this.cells = [];
      else {
        const found = await this.latest("heatRun", (signal) => this.ask("/api/heat", this.viewFilter(), signal));
        if (found) this.cells = found.cells;
      }
      this.heat.repaint();
    },

    /* Glows are added up without colour first, then every pixel gets the colour of its sum. */
    paintHeat(context) {
      const cells = this.cells || [];
      if (!cells.length) return;
      const { canvas } = context;
      const most = Math.sqrt(cells.reduce((top, cell) => Math.max(top, cell[2]), 1));
      for (const [lon, lat, count] of cells) {
        const { x, y } = this.project(lon, lat);
        const glow = context.createRadialGradient(x, y, 0, x, y, HEAT_PX);
        glow.addColorStop(0, `rgb(0 0 0 / ${(0.12 + 0.88 * Math.sqrt(count) / most).toFixed(3)})`);
        glow.addColorStop(1, "rgb(0 0 0 / 0)");
        context.fillStyle = glow;
        context.fillRect(x - HEAT_PX, y - HEAT_PX, 2 * HEAT_PX, 2 * HEAT_PX);
      }
      const image = context.getImageData(0, 0, canvas.width, canvas.height);
      const warmth = (this.warmth ||= warmthOf(D.theme === D.THEMES.dark ? WARM.dark : WARM.light));
      for (let at = 3; at < image.data.length; at += 4) {
        const strength = image.data[at];
        if (strength) image.data.set(warmth.subarray(4 * strength, 4 * strength + 4), at - 3);
      }
      context.putImageData(image, 0, 0);
    },
  };

  /* 256 colours from faint to full, with their opacity. */
  function warmthOf(colours) {
    const rgb = colours.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
    const table = new Uint8ClampedArray(1024);
    for (let n = 0; n < 256; n += 1) {
      const part = n / 255;
      const at = part * (rgb.length - 1);
      const low = Math.min(rgb.length - 2, Math.floor(at));
      const next = GLOW.findIndex(([strength]) => strength >= part);
      const [[s0, o0], [s1, o1]] = [GLOW[Math.max(0, next - 1)], GLOW[next]];
      const opacity = s1 === s0 ? o1 : o0 + ((o1 - o0) * (part - s0)) / (s1 - s0);
      rgb[low].forEach((value, k) => (table[4 * n + k] = value + (rgb[low + 1][k] - value) * (at - low)));
      table[4 * n + 3] = 255 * opacity;
    }
    return table;
  }
})();
