/* Events over time under the map: bars, a brush that filters, two dates for the keyboard, and play.
 * What is chosen is drawn at once by the map itself; the page hears of it when it is settled. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el } = D;
  const DAY = 86400000; // ms
  const [LEFT, BOTTOM, TOP] = [36, 17, 4]; // px round the bars: counts, names of days, air
  const GRIP = 7; // px to either side of an edge of the brush that move it
  const STEP = 350; // ms between steps of play, at least
  const WINDOW = 12; // play without a brush moves one of so many parts
  const LANE = 11; // px of a lane at most
  const HATCH = 5;

  const LOOSE = {
    week: (n) => D.say("{n} to the week", { n }), month: (n) => D.say("{n} to the month", { n }), longer: (n) => D.say("{n} to longer", { n }),
  };

  const toDay = (iso) => Math.round(Date.UTC(Number(iso.slice(0, 4)), Number(iso.slice(5, 7)) - 1, Number(iso.slice(8, 10))) / DAY);
  const toIso = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  const MONTH_NAMES = () => [
    D.say("Jan"), D.say("Feb"), D.say("Mar"), D.say("Apr"), D.say("May"), D.say("Jun"), D.say("Jul"), D.say("Aug"), D.say("Sep"), D.say("Oct"),
    D.say("Nov"), D.say("Dec"),
  ];

  /* A day as the rest of the page writes it: 9 Sep 2019; parts that are not asked for are left out. */
  const words = (day, { day: showDay = true, month = true, year = true } = {}) => {
    const date = new Date(day * DAY);
    return [showDay && date.getUTCDate(), month && MONTH_NAMES()[date.getUTCMonth()], year && date.getUTCFullYear()].filter(Boolean).join(" ");
  };
  const span = (from, to) => (from === to ? words(from) : `${words(from)} – ${words(to)}`);
  const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text);

  D.Timeline = class {
    constructor(layer, host) {
      this.layer = layer;
      this.host = host;
      this.data = null;
      this.drag = null;
      this.playing = null;
      this.canvas = el("canvas");
      this.brush = el("div", "dl-brush");
      this.lanes = el("div", "dl-lanes");
      this.plot = el("div", "dl-bars", null, this.canvas, this.lanes, this.brush);
      this.plot.setAttribute("aria-hidden", "false");
      this.note = el("span", "dl-time-note dl-muted");
      host.setAttribute("aria-label", D.say("Events over time"));
      host.append(this.toolbar(), this.plot);
      this.listen();
    }

    get busy() {
      return Boolean(this.drag || this.playing);
    }

    /* ---- parts ---- */

    toolbar() {
      const press = (label, icon, run) => D.button("dl-tool", label, run, D.icon(icon));
      this.player = press(D.say("Play"), "play", () => (this.playing ? this.stop() : this.play()));
      this.how = el("select");
      this.how.setAttribute("aria-label", D.say("How to play"));
      for (const [name, label] of [["cumulative", D.say("add up")], ["moving", D.say("moving window")]]) {
        const option = el("option", "", label);
        option.value = name;
        this.how.append(option);
      }
      const day = (key, label) => {
        const input = el("input");
        input.type = "date";
        input.setAttribute("aria-label", label);
        input.addEventListener("change", () => this.typed());
        this[key] = input;
        return input;
      };
      this.clearer = press(D.say("Clear dates"), "close", () => this.choose("", ""));
      return el("div", "dl-time-bar", null, this.player, this.how, day("from", D.say("First day of the selection")), el("span", "", "–"), day("to", D.say("Last day of the selection")), this.clearer, this.note);
    }

    listen() {
      const { plot } = this;
      plot.addEventListener("pointerdown", (event) => this.grab(event));
      plot.addEventListener("pointermove", (event) => this.move(event));
      plot.addEventListener("pointerup", () => this.drop());
      plot.addEventListener("pointercancel", () => this.drop());
      plot.addEventListener("dblclick", () => this.choose("", ""));
      document.addEventListener("visibilitychange", () => document.hidden && this.stop());
      new ResizeObserver(() => this.paint()).observe(plot);
    }

    /* ---- data ---- */

    async load() {
      const data = await this.layer.latest("dayRun", (signal) => this.layer.ask("/api/days", this.layer.query, signal));
      if (!data) return;
      this.data = { ...data, days: data.edges.map(toDay) };
      if (data.lanes.length) this.widen();
      this.paint();
    }

    /* Few events: a little air on both sides, so that a single day is no endless bar. */
    widen() {
      const { days } = this.data;
      const pad = Math.max(3, Math.round((days[days.length - 1] - days[0]) * 0.06));
      this.data.from = days[0] - pad;
      this.data.to = days[days.length - 1] + pad;
    }

    get ends() {
      const { days, from, to } = this.data;
      return [from ?? days[0], to ?? days[days.length - 1]];
    }

    /* Python changed the filter; `others`: more than the days of it. */
    follow(others) {
      if (others) {
        this.stop(false);
        this.load();
      }
      this.paint();
    }

    /* ---- scale ---- */

    get width() {
      return Math.max(1, this.plot.clientWidth - LEFT - 2);
    }

    x(day) {
      const [from, to] = this.ends;
      return LEFT + ((day - from) / (to - from)) * this.width;
    }

    day(x) {
      const [from, to] = this.ends;
      return Math.max(from, Math.min(to, from + ((x - LEFT) / this.width) * (to - from)));
    }

    /* The bar that holds a day, as [first, behind the last]; of few events a single day. */
    barAt(day) {
      const { days, lanes } = this.data;
      if (lanes.length) return [Math.floor(day), Math.floor(day) + 1];
      let n = days.findIndex((edge) => edge > day) - 1;
      if (n < 0) n = days.length - 2;
      return [days[n], days[n + 1]];
    }

    /* First and last chosen day; null where open, both null where nothing is chosen. */
    chosen() {
      const { from, to } = this.layer.days;
      return [isDay(from) ? toDay(from) : null, isDay(to) ? toDay(to) : null];
    }

    /* ---- choosing ---- */

    choose(from, to, settled = true) {
      this.layer.choose(from, to, { settled });
      this.paint();
    }

    typed() {
      const valid = (input) => (isDay(input.value) ? input.value : "");
      let [from, to] = [valid(this.from), valid(this.to)];
      if (from && to && from > to) [from, to] = [to, from];
      this.stop(false);
      this.choose(from, to);
    }

    at(event) {
      return event.clientX - this.plot.getBoundingClientRect().left;
    }

    grab(event) {
      if (!this.data || !this.data.days.length || event.button || event.target.closest("button")) return;
      this.stop(false);
      const x = this.at(event);
      const [from, to] = this.chosen();
      const [low, high] = this.ends;
      const [left, right] = [this.x(from ?? low), this.x((to ?? high - 1) + 1)];
      const has = from !== null || to !== null;
      let kind = "new";
      if (has && Math.abs(x - left) < GRIP) kind = "left";
      else if (has && Math.abs(x - right) < GRIP) kind = "right";
      else if (has && x > left && x < right && right - left < this.width * 0.98) kind = "whole";
      this.drag = { kind, x, from: from ?? low, to: to ?? high - 1, moved: false, before: { ...this.layer.days } };
      this.plot.setPointerCapture(event.pointerId);
      event.preventDefault();
    }

    move(event) {
      const { drag } = this;
      if (!this.data || !this.data.days.length) return;
      const x = this.at(event);
      if (!drag) return this.hover(x);
      if (Math.abs(x - drag.x) > 2) drag.moved = true;
      if (!drag.moved) return undefined;
      const here = this.barAt(this.day(x));
      let [from, to] = [drag.from, drag.to];
      if (drag.kind === "new") {
        const start = this.barAt(this.day(drag.x));
        [from, to] = [Math.min(start[0], here[0]), Math.max(start[1], here[1]) - 1];
      } else if (drag.kind === "left") from = Math.min(here[0], to);
      else if (drag.kind === "right") to = Math.max(here[1] - 1, from);
      else [from, to] = this.shifted(drag, x);
      this.choose(toIso(from), toIso(to), false);
      return undefined;
    }

    /* The brush moved as a whole, its length kept, by whole bars. */
    shifted(drag, x) {
      const by = this.barAt(this.day(x))[0] - this.barAt(this.day(drag.x))[0];
      const [low, high] = this.ends;
      const kept = Math.max(low - drag.from, Math.min(high - 1 - drag.to, by));
      return [drag.from + kept, drag.to + kept];
    }

    drop() {
      const { drag } = this;
      this.drag = null;
      if (!drag) return;
      if (drag.moved) return this.choose(this.layer.days.from, this.layer.days.to);
      if (drag.kind !== "new") return undefined;
      const [from, behind] = this.barAt(this.day(drag.x)); // a click takes one bar
      return this.choose(toIso(from), toIso(behind - 1));
    }

    hover(x) {
      const { days, sure, spread, lanes } = this.data;
      if (lanes.length || x < LEFT) return;
      const n = days.findIndex((edge) => edge > this.day(x)) - 1;
      if (n < 0) return;
      const loose = Math.round(spread[n] * 10) / 10;
      const values = { span: span(days[n], days[n + 1] - 1), sure: D.number(sure[n]), spread: D.number(loose) };
      this.plot.title = loose ? D.say("{span}: {sure} known to this time, and {spread} spread from longer ones", values) : D.say("{span}: {sure} known to this time", values);
    }

    /* ---- play ---- */

    play() {
      if (!this.data || this.data.days.length < 2) return;
      const steps = this.data.lanes.length ? this.dayEdges() : this.data.days;
      const [from, to] = this.chosen();
      const first = from === null ? 0 : Math.max(0, steps.findIndex((edge) => edge >= from));
      const end = to === null ? steps.length - 1 : Math.max(first + 1, steps.findIndex((edge) => edge > to));
      const last = steps.length - 1;
      const moving = this.how.value === "moving";
      const whole = end - first >= last || (from === null && to === null);
      const size = moving ? (whole ? Math.max(1, Math.round(last / WINDOW)) : end - first) : 0;
      const begin = moving ? (end >= last || whole ? 0 : first) : first;
      this.playing = { steps, begin, size, at: begin + Math.max(1, size), stop: moving || whole ? last : end };
      this.setPlayer();
      this.step();
    }

    dayEdges() {
      const [from, to] = this.ends;
      const by = Math.max(1, Math.round((to - from) / 60));
      return Array.from({ length: Math.ceil((to - from) / by) + 1 }, (_, n) => from + n * by);
    }

    /* One bar further; waits until the map is drawn, so that a slow one is not overrun. */
    async step() {
      const { playing } = this;
      if (!playing) return;
      const first = playing.size ? playing.at - playing.size : playing.begin;
      this.choose(toIso(playing.steps[first]), toIso(playing.steps[playing.at] - 1), false);
      const pause = new Promise((resolve) => (playing.timer = setTimeout(resolve, STEP)));
      await Promise.all([this.layer.idle(), pause]);
      if (this.playing !== playing) return;
      if (playing.at >= playing.stop) return this.stop();
      playing.at += 1;
      this.step();
    }

    /* `told`: the page hears where it stopped. */
    stop(told = true) {
      if (!this.playing) return;
      clearTimeout(this.playing.timer);
      this.playing = null;
      this.setPlayer();
      if (told) this.choose(this.layer.days.from, this.layer.days.to);
    }

    setPlayer() {
      const label = this.playing ? D.say("Pause") : D.say("Play");
      this.player.replaceChildren(D.icon(this.playing ? "pause" : "play"));
      this.player.setAttribute("aria-label", label);
      this.player.title = label;
      this.host.classList.toggle("dl-playing", Boolean(this.playing));
    }

    /* ---- drawing ---- */

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
    }

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
    }

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
    }

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
    }

    /* The count axis: nothing, half and all of the tallest bar, in round numbers. */
    paintCounts(context, tallest, scale, height) {
      const power = 10 ** Math.floor(Math.log10(tallest));
      const step = [0.5, 1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= 1 && tallest / n <= 2.6) || power * 10;
      context.font = '11.5px "Source Sans 3", "Source Sans", "Source Sans Pro", "Noto Sans", sans-serif';
      context.direction = "ltr";
      context.textAlign = "right";
      context.textBaseline = "middle";
      context.fillStyle = this.ink.muted;
      for (let n = 0; n <= tallest * 1.05; n += Math.max(1, Math.round(step))) {
        context.fillText(n > 9999 ? D.short(n) : D.number(n), LEFT - 6, Math.max(7, height - BOTTOM - n * scale));
      }
    }

    paintAxis(context, height) {
      const [from, to] = this.ends;
      context.font = '11.5px "Source Sans 3", "Source Sans", "Source Sans Pro", "Noto Sans", sans-serif';
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
    }

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
    }

    placeBrush() {
      const [from, to] = this.chosen();
      const [low, high] = this.ends;
      const left = this.x(Math.max(low, Math.min(high, from ?? low)));
      const right = this.x(Math.max(low, Math.min(high, (to ?? high - 1) + 1)));
      this.brush.style.left = `${left}px`;
      this.brush.style.width = `${Math.max(2, right - left)}px`;
    }
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
})();
