/* Events over time under the map: bars, a brush that filters, two dates for the keyboard, and play.
 * What is chosen is drawn at once by the map itself; the page hears of it when it is settled. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el } = D;
  const { LEFT } = D.bars;
  const { toDay, toIso, isDay, span } = D.days;
  const GRIP = 7; // px to either side of an edge of the brush that move it
  const STEP = 350; // ms between steps of play, at least
  const WINDOW = 12; // play without a brush moves one of so many parts

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
  };

  Object.assign(D.Timeline.prototype, D.bars.drawing);
})();
