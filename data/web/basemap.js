/* The offline base map: tiles painted from basemap.json, and the labels, which take the room that pins and routes leave. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  const VALUE = new Map([...ALPHABET].map((c, n) => [c, n]));
  const mercator = (lat) => {
    const s = Math.sin((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180);
    return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
  };

  /* A delta-coded line (see data/build/basemap.py) as world coordinates 0..1, with its box. */
  function decode(text, scale) {
    const numbers = [];
    let value = 0;
    let shift = 0;
    for (const c of text) {
      const bits = VALUE.get(c);
      value += (bits & 31) * 2 ** shift;
      if (bits & 32) shift += 5;
      else {
        numbers.push(value % 2 ? -(value + 1) / 2 : value / 2);
        value = shift = 0;
      }
    }
    const n = numbers.length / 2;
    const points = new Float64Array(numbers.length);
    let [x, y] = [0, 0];
    for (let i = 0; i < n; i += 1) {
      x += numbers[2 * i];
      y += numbers[2 * i + 1];
      points[2 * i] = (x / scale + 180) / 360;
      points[2 * i + 1] = mercator(y / scale);
    }
    return boxed(points);
  }

  function boxed(points) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < points.length; i += 2) {
      box[0] = Math.min(box[0], points[i]);
      box[1] = Math.min(box[1], points[i + 1]);
      box[2] = Math.max(box[2], points[i]);
      box[3] = Math.max(box[3], points[i + 1]);
    }
    return { points, box };
  }

  function ringOf(numbers, arcs) {
    const out = [];
    for (const number of numbers) {
      const arc = arcs[number >= 0 ? number : ~number].points;
      const n = arc.length / 2;
      for (let i = out.length ? 1 : 0; i < n; i += 1) {
        const k = number >= 0 ? i : n - 1 - i;
        out.push(arc[2 * k], arc[2 * k + 1]);
      }
    }
    return acrossRim(Float64Array.from(out));
  }

  /* A ring over 180° leaps from one rim of the world to the other, as a band through all of it: it is taken as one
   * piece beyond the rim, and again beyond the other. What goes round the pole ends a world further on, and stays. */
  function acrossRim(points) {
    const whole = points.slice();
    let turns = 0;
    for (let i = 2; i < points.length; i += 2) {
      const step = points[i] - points[i - 2];
      if (Math.abs(step) > 0.5) turns -= Math.sign(step);
      whole[i] += turns;
    }
    const leaps = whole.some((value, i) => value !== points[i]);
    if (!leaps || turns) return [boxed(points)];
    const by = whole.some((value, i) => i % 2 === 0 && value > 1) ? -1 : 1;
    return [boxed(whole), boxed(whole.map((value, i) => (i % 2 ? value : value + by)))];
  }

  D.readBasemap = function (raw) {
    const line = (text) => decode(text, raw.scale);
    const arcs = raw.arcs.map(line);
    return {
      countries: raw.countries.map((c) => ({
        ...c, rings: c.rings.flatMap((r) => ringOf(r, arcs)), x: (c.at[0] + 180) / 360, y: mercator(c.at[1]),
      })),
      borders: raw.borders.map((n) => arcs[n]),
      admin: raw.admin.map(line),
      lakes: raw.lakes.map(line),
      rivers: raw.rivers.map(([rank, text]) => ({ rank, ...line(text) })),
      cities: raw.cities.map(([x, y, zoom, name, ar]) => ({
        x: (x / raw.scale + 180) / 360, y: mercator(y / raw.scale), zoom, name, ar,
      })),
    };
  };

  /* The country that holds a point, for the dashed outline of a "whole country" end; null at sea. */
  D.countryAt = function (base, lon, lat) {
    const [x, y] = [(lon + 180) / 360, mercator(lat)];
    const inside = ({ points, box }) => {
      if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) return false;
      let odd = false;
      for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
        const [xi, yi, xj, yj] = [points[i], points[i + 1], points[j], points[j + 1]];
        if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
      }
      return odd;
    };
    return base ? base.countries.find((c) => c.rings.filter(inside).length % 2) || null : null;
  };

  const touches = (a, b) => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];

  /* Adds a line to the canvas path; steps below half a pixel are left out. */
  D.trace = function (context, points, size, dx, dy) {
    let [lastX, lastY] = [Infinity, Infinity];
    const end = points.length - 2;
    for (let i = 0; i <= end; i += 2) {
      const x = points[i] * size - dx;
      const y = points[i + 1] * size - dy;
      if (i === 0) context.moveTo(x, y);
      else if (i === end || Math.abs(x - lastX) + Math.abs(y - lastY) > 0.6) context.lineTo(x, y);
      else continue;
      [lastX, lastY] = [x, y];
    }
  };

  D.BaseTiles = L.GridLayer.extend({
    options: { plain: () => false, tileSize: 512, pane: "dl-base", updateWhenZooming: false, keepBuffer: 1, minZoom: 2 },

    initialize(base, options) {
      this.base = base;
      L.setOptions(this, options);
    },

    createTile({ x, y, z }) {
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const tile = document.createElement("canvas");
      tile.width = tile.height = 512 * ratio;
      const context = tile.getContext("2d");
      context.scale(ratio, ratio);
      const size = 256 * 2 ** z;
      const tiles = size / 512;
      this.paint(context, size, (((x % tiles) + tiles) % tiles) * 512, y * 512, z);
      return tile;
    },

    paint(context, size, dx, dy, zoom) {
      const { base } = this;
      const plain = this.options.plain();
      const theme = D.theme;
      const pad = 4 / size;
      const box = [dx / size - pad, dy / size - pad, (dx + 512) / size + pad, (dy + 512) / size + pad];
      const draw = (lines, close) => {
        context.beginPath();
        for (const line of lines) {
          if (!touches(line.box, box)) continue;
          D.trace(context, line.points, size, dx, dy);
          if (close) context.closePath();
        }
      };
      context.fillStyle = theme.sea;
      context.fillRect(0, 0, 512, 512);
      context.lineJoin = context.lineCap = "round";
      draw(base.countries.flatMap((c) => c.rings), true);
      context.fillStyle = context.strokeStyle = theme.land;
      context.lineWidth = 0.7;
      context.fill();
      context.stroke();
      draw(plain ? [] : base.rivers.filter((r) => r.rank <= zoom + 1), false);
      context.strokeStyle = theme.river;
      context.lineWidth = zoom >= 7 ? 1.4 : 0.9;
      context.stroke();
      draw(base.lakes, true);
      context.fillStyle = theme.sea;
      context.fill();
      if (zoom >= 5 && !plain) {
        draw(base.admin, false);
        context.strokeStyle = theme.admin;
        context.lineWidth = 1;
        context.setLineDash([3, 3]);
        context.stroke();
        context.setLineDash([]);
      }
      draw(base.borders, false);
      context.strokeStyle = theme.border;
      context.lineWidth = zoom >= 5 ? 1.4 : 0.8;
      context.stroke();
    },
  });

  /* A canvas over the view and a little more, painted anew after each move: routes, halos, labels. */
  D.Sheet = L.Renderer.extend({
    options: { padding: 0.15 },

    initialize(pane, paint) {
      L.Renderer.prototype.initialize.call(this, { pane });
      this.paint = paint;
    },

    _updatePaths() {}, // Leaflet calls it; a sheet holds no paths

    _initContainer() {
      this._container = document.createElement("canvas");
    },

    _destroyContainer() {
      this._container.remove();
      delete this._container;
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const canvas = this._container;
      const { min } = this._bounds;
      const size = this._bounds.getSize();
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      L.DomUtil.setPosition(canvas, min);
      canvas.width = size.x * ratio;
      canvas.height = size.y * ratio;
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
      this.repaint();
    },

    /* Paints again where the sheet lies; the context is shifted so that coordinates are layer points. */
    repaint() {
      if (!this._bounds) return;
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const context = this._container.getContext("2d");
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, this._container.width, this._container.height);
      context.setTransform(ratio, 0, 0, ratio, -this._bounds.min.x * ratio, -this._bounds.min.y * ratio);
      this.paint(context, this._bounds);
    },
  });

  const FONT = '"Source Sans 3", "Source Sans", "Source Sans Pro", "Noto Sans", "Noto Sans Arabic", sans-serif';
  const STYLE = {
    city: { font: `11.5px ${FONT}`, second: `10.5px ${FONT}`, line: 12 },
    country: { font: `12px ${FONT}`, second: `11px ${FONT}`, line: 13, spaced: true },
    end: { font: `600 12.5px ${FONT}`, second: `11.5px ${FONT}`, line: 13.5, ink: true },
    mention: { font: `italic 11.5px ${FONT}`, second: `11px ${FONT}`, line: 12 },
  };

  const widths = new Map(); // by font, spacing and words: measuring is what placing labels costs
  function widthOf(context, words, font, spacing = "0px") {
    const key = `${font} ${spacing} ${words}`;
    if (!widths.has(key)) {
      context.letterSpacing = spacing;
      context.font = font;
      widths.set(key, context.measureText(words).width);
    }
    return widths.get(key);
  }

  /* Where text may stand, found by trial: right, left, below, above of its point. Boxes are [x0, y0, x1, y1]. */
  D.Labels = class {
    constructor(context, bounds, view) {
      this.context = context;
      this.view = [view.min.x, view.min.y, view.max.x, view.max.y]; // what is seen; names of ends stay inside it if they can
      this.bounds = [bounds.min.x, bounds.min.y, bounds.max.x, bounds.max.y];
      this.taken = new Map();
      this.written = [];
    }

    *cells(box) {
      for (let x = Math.floor(box[0] / 96); x <= Math.floor(box[2] / 96); x += 1) {
        for (let y = Math.floor(box[1] / 96); y <= Math.floor(box[3] / 96); y += 1) yield `${x} ${y}`;
      }
    }

    take(box) {
      for (const key of this.cells(box)) {
        if (!this.taken.has(key)) this.taken.set(key, []);
        this.taken.get(key).push(box);
      }
    }

    free(box) {
      for (const key of this.cells(box)) {
        if ((this.taken.get(key) || []).some((other) => touches(other, box))) return false;
      }
      return true;
    }

    /* Writes name and second line near x, y if there is room. `gap` px from the point; `forced` writes it anyway. */
    place(kind, x, y, name, second, { gap = 6, forced = false, centred = false, dot = 0 } = {}) {
      const style = STYLE[kind];
      const { context } = this;
      const first = style.spaced ? D.clean(name).toUpperCase() : D.clean(name);
      const lower = D.clean(second);
      const upperWidth = widthOf(context, first, style.font, style.spaced ? "1.5px" : "0px");
      const width = Math.max(upperWidth, lower ? widthOf(context, lower, style.second) : 0);
      const height = style.line * (lower ? 2 : 1);
      const spots = [
        [x + gap, y - style.line / 2, 0],
        [x - gap - width, y - style.line / 2, 1],
        [x - width / 2, y + gap, 0.5],
        [x - width / 2, y - gap - height, 0.5],
      ];
      if (centred) spots.splice(0, forced ? 0 : 4, [x - width / 2, y - height / 2, 0.5]);
      const air = kind === "city" ? 5 : 1; // towns leave room between each other, so that the map stays quiet
      const boxes = spots.map(([left, top, side]) => ({ left, top, side, box: [left - air, top - air, left + width + air, top + height + air] }));
      const within = (box) => box[0] >= this.view[0] && box[1] >= this.view[1] && box[2] <= this.view[2] && box[3] <= this.view[3];
      const spot = boxes.find(({ box }) => this.free(box) && (!forced || within(box))) || (forced ? boxes[0] : null);
      if (!spot) return false;
      this.take(spot.box);
      if (dot) this.take([x - dot, y - dot, x + dot, y + dot]);
      this.written.push({ kind, style, first, lower, x: spot.left, y: spot.top, width, side: spot.side });
      return true;
    }

    paint() {
      const context = this.context;
      const theme = D.theme;
      context.lineJoin = "round";
      context.strokeStyle = theme.land;
      context.lineWidth = 3;
      context.textBaseline = "middle";
      for (const { style, first, lower, x, y, width, side } of this.written) {
        context.textAlign = side === 0 ? "left" : side === 1 ? "right" : "center";
        const at = x + width * side;
        const write = (words, font, top, colour, spacing) => {
          context.font = font;
          context.letterSpacing = spacing;
          context.globalAlpha = 0.85;
          context.strokeText(words, at, top);
          context.globalAlpha = 1;
          context.fillStyle = colour;
          context.fillText(words, at, top);
        };
        write(first, style.font, y + style.line / 2, style.ink ? theme.ink : theme.label, style.spaced ? "1.5px" : "0px");
        if (lower) write(lower, style.second, y + style.line * 1.5, style.ink ? theme.muted : theme.label, "0px");
      }
      context.letterSpacing = "0px";
      context.textAlign = "left";
    }
  };

  /* Cities and countries of the base map; called last, when everything that tells something has its room. */
  D.baseLabels = function (labels, base, map) {
    const zoom = map.getZoom();
    const size = 256 * 2 ** zoom;
    const origin = map.getPixelOrigin();
    const context = labels.context;
    const [west, north, east, south] = labels.bounds;
    const seen = (item) => {
      const y = item.y * size - origin.y;
      if (y < north || y > south) return null;
      let x = item.x * size - origin.x;
      x -= Math.floor((x - west) / size) * size; // the copy of the world that is looked at
      return x <= east ? { x, y } : null;
    };
    if (zoom < 8) {
      for (const country of base.countries) {
        const at = zoom >= country.zoom - 0.5 && seen(country);
        if (at) labels.place("country", at.x, at.y, country.name, country.ar, { centred: true });
      }
    }
    for (const city of base.cities) {
      if (city.zoom > zoom + 0.3) continue;
      const at = seen(city);
      if (!at || !labels.free([at.x - 2, at.y - 2, at.x + 2, at.y + 2])) continue;
      if (!labels.place("city", at.x, at.y, city.name, city.ar, { dot: 3 })) continue;
      context.beginPath();
      context.arc(at.x, at.y, 2.2, 0, 7);
      context.fillStyle = D.theme.label;
      context.fill();
    }
  };
})();
