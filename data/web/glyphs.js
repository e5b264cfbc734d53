/* Shapes on the map: pins, cluster discs and the small DOM helpers that every part uses.
 * Nothing here or in the other parts writes HTML from data: text goes through text(), attributes through setAttribute. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const SVG = "http://www.w3.org/2000/svg";

  D.THEMES = {
    light: {
      land: "#f3f1ea", sea: "#e1ecf2", river: "#9dc0d4", admin: "#cdc7b9", border: "#8d8575", label: "#57503f",
      ink: "#1b232c", muted: "#59626c", card: "#ffffff", line: "#d9d6cd", keyline: "#ffffff",
      disc: "#2b3540", count: "#ffffff", tint: 0.07,
    },
    dark: {
      land: "#20262d", sea: "#12171c", river: "#33566b", admin: "#3b444e", border: "#7d8894", label: "#b9c2cb",
      ink: "#eef2f5", muted: "#a9b3bd", card: "#1c2229", line: "#3a434d", keyline: "#0d1114",
      disc: "#e6eaee", count: "#1b232c", tint: 0.1,
    },
  };

  /* Control characters and marks that turn the direction of text are not shown; the data keeps them. */
  D.clean = (value) =>
    String(value ?? "").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066\u2067]/g, "");

  /* An element with a class and text; children may follow. */
  D.el = function (tag, className, content, ...children) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (content !== undefined && content !== null) node.textContent = D.clean(content);
    node.append(...children.filter(Boolean));
    return node;
  };

  /* A block of foreign text: its own direction, whatever stands round it. */
  D.block = function (tag, className, content) {
    const node = D.el(tag, className, content);
    node.setAttribute("dir", D.direction === "rtl" && /[\u0590-\u08ff]/.test(node.textContent) ? "rtl" : "auto"); // our own words run as the page does
    return node;
  };

  /* A place to choose: its name, and under it what kind of place it is and where. */
  D.placeFace = (place) => D.el("span", "dl-name", null, D.block("b", "", place.name), place.note && D.block("small", "dl-muted", place.note));

  /* A button that says what it does in its own words. */
  D.press = function (className, content, onClick, ...children) {
    const node = D.el("button", className, content, ...children);
    node.type = "button";
    node.addEventListener("click", onClick);
    return node;
  };

  /* A button that shows a sign, and says what it does to whoever points at it or hears it; its click is not the map's. */
  D.button = function (className, label, onClick, ...children) {
    const press = (event) => {
      event.stopPropagation();
      onClick(event);
    };
    const node = D.press(className, null, press, ...children);
    node.setAttribute("aria-label", D.clean(label));
    node.title = D.clean(label);
    return node;
  };

  const svg = (tag, attributes) => {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
    return node;
  };

  D.svg = function (size, ...children) {
    const node = svg("svg", { width: size, height: size, viewBox: "0 0 24 24", "aria-hidden": "true" });
    node.append(...children);
    return node;
  };
  D.shape = svg;

  D.calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  /* The colours of the map; what stands beside it keeps those of the page, D.page. */
  D.look = () => ({ theme: D.theme, glyphs: D.config.glyphs });

  /* A route's sign; dashed and without a head where its direction is not sure. */
  D.arrowIcon = (size, dashed) => {
    const line = D.shape("path", { d: dashed ? "M0 12H24" : "M0 12H17", fill: "none", stroke: "currentColor", "stroke-width": 2.4, "stroke-dasharray": dashed ? "5 3" : "none" });
    const head = D.shape("path", { d: "M24 12L14 7L16.5 12L14 17Z", fill: "currentColor" });
    return dashed ? D.svg(size, line) : D.svg(size, line, head);
  };

  /* The glyph of a family; solid = exact place, hollow = near it or coarser. An unknown family is a plain circle. */
  D.glyph = function (name, size, hollow, { theme, glyphs } = D.look()) {
    if (name === "route") return D.arrowIcon(size);
    const known = glyphs[name] || { path: "M12 4A8 8 0 1 1 12 20A8 8 0 1 1 12 4Z", colour: theme.muted };
    const unit = 24 / size;
    const paths = [];
    const base = { d: known.path, "stroke-linejoin": "round" };
    if (hollow) {
      paths.push(svg("path", { ...base, fill: "none", stroke: theme.keyline, "stroke-width": 5.2 * unit }));
      paths.push(svg("path", { ...base, fill: theme.keyline, stroke: known.colour, "stroke-width": 1.9 * unit }));
    } else {
      paths.push(svg("path", { ...base, fill: known.colour, stroke: theme.keyline, "stroke-width": 3 * unit, "paint-order": "stroke" }));
    }
    const image = D.svg(size, ...paths);
    image.style.overflow = "visible";
    return image;
  };

  D.isHollow = (precision) => precision !== "exact" && precision !== "linear";

  D.short = (count) => (count > 999 ? `${(count / 1000).toFixed(1).replace(/\.0$/, "")}k` : String(count));
  let digits = null; // made once: a formatter costs as much as a thousand numbers
  D.number = (count) => (digits = digits || new Intl.NumberFormat(D.language || "en-GB", { numberingSystem: "latn" })).format(count);
  D.radius = (count) => Math.round(13 + 17 * Math.min(1, Math.sqrt(count / 400)));

  /* A cluster: an ink disc with its count, a ring split by family, the largest first. */
  D.disc = function (count, families) {
    const radius = D.radius(count);
    const size = 2 * (radius + 4);
    const image = svg("svg", { width: size, height: size, viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, "aria-hidden": "true" });
    image.append(svg("circle", { r: radius + 3.4, fill: D.theme.keyline }));
    const shares = Object.entries(families).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const total = shares.reduce((sum, [, n]) => sum + n, 0) || 1;
    const round = 2 * Math.PI * (radius + 1.4);
    let done = 0;
    for (const [name, n] of shares) {
      const colour = (D.config.glyphs[name] || {}).colour || D.theme.muted;
      image.append(svg("circle", {
        r: radius + 1.4, fill: "none", stroke: colour, "stroke-width": 4, transform: "rotate(-90)",
        "stroke-dasharray": `${(round * n) / total} ${round}`, "stroke-dashoffset": -(round * done) / total,
      }));
      done += n;
    }
    image.append(svg("circle", { r: radius - 1, fill: D.theme.disc }));
    const text = svg("text", {
      "text-anchor": "middle", dy: "0.35em", fill: D.theme.count, "font-size": radius > 20 ? 14 : 12, "font-weight": 700,
    });
    text.textContent = D.short(count);
    image.append(text);
    return image;
  };

  /* Events on one spot (or nearer to each other on the screen than a finger) become one group; bigger groups first.
   * Groups are {x, y, lon, lat, count, glyphs, items: points or null, bbox}. */
  D.group = function (answer, project) {
    const groups = [];
    const add = (lon, lat, count, glyphs, items, bbox) => {
      const { x, y } = project(lon, lat);
      groups.push({ x, y, lon, lat, count, glyphs, items, bbox });
    };
    const spots = new Map();
    for (const point of answer.points || []) {
      const key = `${point.lon.toFixed(4)} ${point.lat.toFixed(4)}`;
      if (!spots.has(key)) spots.set(key, []);
      spots.get(key).push(point);
    }
    for (const items of spots.values()) {
      const glyphs = {};
      for (const item of items) glyphs[item.glyph] = (glyphs[item.glyph] || 0) + 1;
      const { lon, lat } = items[0];
      add(lon, lat, items.length, glyphs, items, [lon, lat, lon, lat]);
    }
    for (const cell of answer.cells || []) add(cell.lon, cell.lat, cell.count, cell.glyphs || {}, null, cell.bbox);
    groups.sort((a, b) => b.count - a.count || a.x - b.x || a.y - b.y);
    return merge(groups);
  };

  const reach = (group) => (group.count > 3 || !group.items || group.mixed ? D.radius(group.count) + 4 : 9);

  /* Joins groups whose discs would touch, into the larger one, until none does. A grid keeps it from being quadratic. */
  function merge(groups) {
    const SIDE = 72;
    let changed = true;
    for (let round = 0; changed && round < 6; round += 1) {
      changed = false;
      const grid = new Map();
      const kept = [];
      for (const group of groups) {
        const gx = Math.floor(group.x / SIDE);
        const gy = Math.floor(group.y / SIDE);
        let host = null;
        for (let x = gx - 1; x <= gx + 1 && !host; x += 1) {
          for (let y = gy - 1; y <= gy + 1 && !host; y += 1) {
            host = (grid.get(`${x} ${y}`) || []).find(
              (other) => Math.hypot(other.x - group.x, other.y - group.y) < reach(other) + reach(group) - 1
            );
          }
        }
        if (host) {
          absorb(host, group);
          changed = true;
        } else {
          kept.push(group);
          const key = `${gx} ${gy}`;
          if (!grid.has(key)) grid.set(key, []);
          grid.get(key).push(group);
        }
      }
      groups = kept.sort((a, b) => b.count - a.count || a.x - b.x || a.y - b.y);
    }
    return groups;
  }

  function absorb(host, group) {
    for (const [name, n] of Object.entries(group.glyphs)) host.glyphs[name] = (host.glyphs[name] || 0) + n;
    host.count += group.count;
    host.items = host.items && group.items ? host.items.concat(group.items) : null;
    host.mixed = true;
    const [a, b] = [host.bbox, group.bbox];
    host.bbox = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
  }
})();
