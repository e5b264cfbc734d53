/* Part of the timeline: how it is painted. Bars with their counts and days, of few events a lane each, and the brush. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el } = D;
  const { DAY, toDay, words } = D.days;
  const [LEFT, BOTTOM, TOP] = [36, 17, 4]; // px round the bars: counts, names of days, air
  const LANE = 11; // px of a lane at most
  const HATCH = 5;
  const FONT = '11.5px "Source Sans 3", "Source Sans", "Source Sans Pro", "Noto Sans", sans-serif';

  const LOOSE = {
    week: (n) => D.say("{n} to the week", { n }), month: (n) => D.say("{n} to the month", { n }), longer: (n) => D.say("{n} to longer", { n }),
  };

  const drawing = {
    paint() {
      const { from, to } = this.layer.days;
      for (const [input, value] of [[this.from, from], [this.to, to]]) if (document.activeElement !== input || !value) input.value = value;
      this.clearer.disabled = !from && !to;
      const none = !this.data || !this.data.days.length;
      this.host.classList.toggle("dl-empty-time", none);
      this.tell();
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const [width, height] = [this.plot.clientWidth, this.plot.clientHeight];
      this.canvas.width = width * ratio;
      this.canvas.height = height * ratio;
      this.lanes.replaceChildren();
      this.brush.hidden = none || (!from && !to);
      if (none || width < 60) return;
      const context = this.canvas.getContext("2d");
      context.scale(ratio, ratio);
      const css = getComputedStyle(this.host);
      const colour = (name) => css.getPropertyValue(name).trim();
      this.ink = { idle: colour("--idle"), accent: colour("--accent"), muted: colour("--soft"), line: colour("--hair"), page: colour("--page") };
      this.paintAxis(context, height);
      if (this.data.lanes.length) this.layLanes(height);
      else this.paintBars(context, height);
      this.placeBrush();
    },

    /* What the bars do not show, in words. */
    tell() {
      const { data } = this;
      if (!data) return;
      const loose = Object.entries(data.loose).map(([key, n]) => LOOSE[key](D.number(n)));
      const parts = [];
      if (data.lanes.length) parts.push(D.say("Bars as long as what is known"));
      else if (loose.length) parts.push(D.say("Hatched: known only {list}, spread evenly", { list: loose.join(D.comma()) }));
      if (data.undated) parts.push(D.say("{n} without a date", { n: D.number(data.undated) }));
      if (data.before + data.after) parts.push(D.say("{n} earlier or later", { n: D.number(data.before + data.after) }));
      this.note.textContent = parts.join(" · ");
      this.note.title = this.note.textContent;
    },

    paintBars(context, height) {
      const { days, sure, spread } = this.data;
      const tallest = sure.reduce((top, n, i) => Math.max(top, n + spread[i]), 1);
      const room = height - BOTTOM - TOP;
      const scale = room / tallest;
      const [from, to] = this.chosen();
      const any = from !== null || to !== null;
      const hatched = { idle: this.hatch(context, this.ink.idle), accent: this.hatch(context, this.ink.accent) };
      this.paintCounts(context, tallest, scale, height);
      for (let n = 0; n < sure.length; n += 1) {
        const [left, right] = [this.x(days[n]), this.x(days[n + 1])];
        const inside = !any || ((from === null || days[n + 1] > from) && (to === null || days[n] <= to));
        const kind = inside ? "accent" : "idle";
        const wide = Math.max(0.6, right - left - (right - left > 3 ? 1 : 0));
        const [solid, loose] = [sure[n] * scale, spread[n] * scale];
        context.fillStyle = this.ink[kind];
        if (sure[n]) context.fillRect(left, height - BOTTOM - Math.max(1, solid), wide, Math.max(1, solid));
        if (loose > 0.3) {
          context.fillStyle = hatched[kind];
          context.fillRect(left, height - BOTTOM - solid - loose, wide, loose);
        }
      }
    },

    hatch(context, colour) {
      const tile = el("canvas");
      tile.width = tile.height = HATCH;
      const pen = tile.getContext("2d");
      pen.strokeStyle = colour;
      pen.lineWidth = 1.2;
      pen.beginPath();
      for (const shift of [-HATCH, 0, HATCH]) {
        pen.moveTo(shift, HATCH);
        pen.lineTo(shift + HATCH, 0);
      }
      pen.stroke();
      return context.createPattern(tile, "repeat");
    },

    /* The count axis: nothing, half and all of the tallest bar, in round numbers. */
    paintCounts(context, tallest, scale, height) {
      const power = 10 ** Math.floor(Math.log10(tallest));
      const step = [0.5, 1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= 1 && tallest / n <= 2.6) || power * 10;
      context.font = FONT;
      context.direction = "ltr";
      context.textAlign = "right";
      context.textBaseline = "middle";
      context.fillStyle = this.ink.muted;
      for (let n = 0; n <= tallest * 1.05; n += Math.max(1, Math.round(step))) {
        context.fillText(n > 9999 ? D.short(n) : D.number(n), LEFT - 6, Math.max(7, height - BOTTOM - n * scale));
      }
    },

    paintAxis(context, height) {
      const [from, to] = this.ends;
      context.font = FONT;
      context.textBaseline = "alphabetic";
      context.fillStyle = this.ink.muted;
      context.strokeStyle = this.ink.line;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(LEFT, height - BOTTOM + 0.5);
      context.lineTo(LEFT + this.width, height - BOTTOM + 0.5);
      context.stroke();
      let free = LEFT - 20;
      for (const { day, label } of ticks(from, to, Math.max(2, Math.floor(this.width / 88)))) {
        const half = context.measureText(label).width / 2;
        const x = Math.max(LEFT + half - 14, Math.min(LEFT + this.width - half, this.x(day)));
        if (x - half < free) continue;
        context.textAlign = "center";
        context.direction = D.direction; // a day and its month in one order, whatever the frame's
        context.fillText(label, x, height - 3);
        context.direction = "ltr";
        free = x + half + 12;
      }
    },

    /* Few events: a bar for each, as long as its uncertainty, in its colour. */
    layLanes(height) {
      const rows = [];
      const laid = this.data.lanes.map((lane) => {
        const [first, behind] = [toDay(lane.start), toDay(lane.end) + 1];
        const [left, right] = [this.x(first), Math.max(this.x(behind), this.x(first) + 6)];
        let row = rows.findIndex((free) => free <= left);
        if (row < 0) row = rows.push(0) - 1;
        rows[row] = right + 3;
        return { lane, left, right, row };
      });
      const room = (height - BOTTOM - TOP) / Math.max(4, rows.length);
      const thick = Math.max(4, Math.min(LANE, room - 3));
      const [from, to] = this.chosen();
      for (const { lane, left, right, row } of laid) {
        const label = [lane.title, lane.words].filter(Boolean).join(": ");
        const node = D.button("dl-lane", label, () => this.layer.open(lane.id, { from: node, told: true }));
        const out = (from !== null && toDay(lane.end) < from) || (to !== null && toDay(lane.start) > to);
        node.classList.toggle("dl-out", out);
        Object.assign(node.style, {
          left: `${left}px`, width: `${right - left}px`, top: `${TOP + row * room}px`, height: `${thick}px`,
          background: (D.page.glyphs[lane.glyph] || {}).colour || D.page.theme.muted,
        });
        this.lanes.append(node);
      }
    },

    placeBrush() {
      const [from, to] = this.chosen();
      const [low, high] = this.ends;
      const left = this.x(Math.max(low, Math.min(high, from ?? low)));
      const right = this.x(Math.max(low, Math.min(high, (to ?? high - 1) + 1)));
      this.brush.style.left = `${left}px`;
      this.brush.style.width = `${Math.max(2, right - left)}px`;
    },
  };

  /* About `most` round days between two, named as briefly as they differ. */
  function ticks(from, to, most) {
    const [first, last] = [new Date(from * DAY), new Date(to * DAY)];
    const months = (last.getUTCFullYear() - first.getUTCFullYear()) * 12 + last.getUTCMonth() - first.getUTCMonth();
    const out = [];
    if (to - from <= 130) {
      const by = [1, 2, 7, 14, 28].find((n) => (to - from) / n <= most) || 28;
      for (let day = from + (by >= 7 ? (11 - (from % 7)) % 7 : 0); day < to; day += by) out.push({ day, label: words(day, { year: most > 6 }) });
      return out;
    }
    const by = [1, 2, 3, 6, 12, 24, 60, 120, 300, 600, 1200].find((n) => months / n <= most) || 6000;
    const begin = first.getUTCFullYear() * 12 + first.getUTCMonth();
    for (let month = Math.ceil(begin / by) * by; month <= begin + months; month += by) {
      const day = Math.round(Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY);
      if (day >= from - 15) out.push({ day: Math.max(day, from), label: words(day, { day: false, month: by < 12 }) });
    }
    return out;
  }

  D.bars = { LEFT, drawing };
})();
