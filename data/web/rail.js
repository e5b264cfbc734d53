/* Beside the map: what is in view as a list, a table or counts. It follows the map and the timeline without the page. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el, block } = D;
  const REST = 180; // ms after the last change of the map before the server is asked
  const COLUMNS = [
    [() => D.say("What"), null], [() => D.say("When"), "date"], [() => D.say("Where"), "place"], [() => D.say("Type"), "type"],
    [() => D.say("Told by"), "origins"], [() => D.say("Confidence"), "confidence"],
  ];
  const LOW = 0.4;

  D.Rail = class {
    constructor(layer, host) {
      this.layer = layer;
      this.host = host;
      this.mode = "list";
      this.sort = { by: "date", order: "down" };
      this.rows = [];
      this.count = el("p", "dl-count");
      this.count.setAttribute("role", "status");
      this.body = el("div", "dl-rail-body");
      this.body.tabIndex = -1;
      host.append(this.count, this.switch(), this.body);
      const { map } = layer;
      map.on("dl-loaded", () => this.later());
      map.on("dl-picked", () => this.mark());
    }

    switch() {
      const group = el("div", "dl-switch");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", D.say("View"));
      const modes = [["list", D.say("List")], ["table", D.say("Table")], ["counts", D.say("Counts")]];
      this.tabs = modes.map(([mode, label]) => {
        const tab = D.press("", label, () => this.show(mode));
        tab.dataset.mode = mode;
        group.append(tab);
        return tab;
      });
      this.press();
      return group;
    }

    /* How a link asks it to start. */
    begin(mode, sort) {
      [this.mode, this.sort] = [mode, sort || this.sort];
      this.host.dataset.mode = mode;
      this.press();
    }

    press() {
      for (const tab of this.tabs) tab.setAttribute("aria-pressed", String(tab.dataset.mode === this.mode));
    }

    show(mode) {
      this.mode = mode;
      this.press();
      this.host.dataset.mode = mode;
      if (!this.layer.small) this.layer.legend.set(mode !== "counts"); // the table of counts is its legend
      this.load();
      this.layer.map.fire("dl-shown");
    }

    /* The map moved or its filter changed; asks once it rests. */
    later() {
      clearTimeout(this.timer);
      if (this.layer.timeline && this.layer.timeline.playing) return this.counted(this.layer.answer.in_view, this.layer.answer.total);
      this.timer = setTimeout(() => this.load(), REST);
      return undefined;
    }

    view() {
      return `view=${D.boxWords(this.layer.map.getBounds())}`;
    }

    async load(offset = 0) {
      const { layer } = this;
      if (this.mode === "counts") {
        const found = await layer.latest("railRun", (signal) => layer.ask("/api/counts", layer.filtered(this.view()), signal));
        if (found) this.showCounts(found);
        return;
      }
      const { by, order } = this.sort;
      const query = `${this.view()}&sort=${by}&order=${order}&offset=${offset}&whole=1`;
      const found = await layer.latest("railRun", (signal) => layer.ask("/api/list", layer.filtered(query), signal));
      if (!found) return;
      this.rows = offset ? [...this.rows, ...found.rows] : found.rows;
      this.found = found;
      this.counted(found.in_view, found.all, found.routes, found.aside);
      this.draw(offset > 0);
    }

    /* "5,242 events in view of 16,566 · 3 events not a point" */
    counted(inView, all, routes = 0, aside = 0) {
      const shown = [D.several(inView, "event"), routes && D.several(routes, "route")].filter(Boolean).join(D.comma());
      const rest = all > inView + aside ? D.say("{shown} in view of {n}", { shown: "\u0000", n: D.number(all) }) : D.say("{shown} in view", { shown: "\u0000" });
      const [before, after] = rest.split("\u0000");
      this.count.replaceChildren(before, el("b", "", shown), after);
      if (aside) this.count.append(` · ${D.say("{events} not a point", { events: D.several(aside, "event") })}`);
    }

    /* ---- list and table ---- */

    draw(keep) {
      const top = keep ? this.body.scrollTop : 0;
      this.body.replaceChildren(this.mode === "table" ? this.table() : this.list());
      const { found } = this;
      if (this.rows.length < found.total && found.rows.length) {
        const label = `${D.say("Show more")} (${D.number(found.total - this.rows.length)})`;
        this.body.append(D.press("dl-more", label, () => this.load(this.rows.length)));
      }
      if (!this.rows.length) this.body.append(el("p", "dl-muted", D.say("Nothing in this part of the map.")), this.widen());
      this.body.scrollTop = top;
      this.mark();
    }

    widen() {
      return D.press("dl-more", D.say("Show everything"), () => this.layer.fit());
    }

    pick(row, node) {
      this.layer.open(row.id, { from: node, told: true });
    }

    /* The row of what is open stands first when the list does not hold it. */
    shown() {
      const { selected, found } = this.layer;
      if (!selected || !found || this.rows.some((row) => row.id === selected)) return this.rows;
      const told = found.told_by ? found.told_by.text : "";
      return [{
        id: selected, kind: found.kind, title: found.title, glyph: found.glyph, type_label: found.type_label, when: found.when.text,
        where: found.where.reason, place: found.where.text, told, confidence: found.confidence, reviewed: found.reviewed, guest: true,
      }, ...this.rows];
    }

    list() {
      const list = el("ul", "dl-cards");
      for (const row of this.shown()) {
        const title = D.press("dl-card-title", null, () => this.pick(row, title), D.glyph(row.glyph, 18, row.hollow, D.page), block("span", "", row.title));
        const extra = [row.where, row.told, row.confidence < LOW && D.say("low confidence"), row.reviewed && D.say("reviewed")].filter(Boolean).join(" · ");
        const who = row.kind === "route" ? [row.who, row.status, row.when].filter(Boolean).join(D.comma()) : row.when;
        const item = el("li", "", null, title, block("div", "dl-lines", who), block("div", "dl-lines", extra));
        item.dataset.id = row.id;
        const page = D.ownLink(`/event?id=${encodeURIComponent(row.id)}`, D.say("Why is this here?"));
        if (page) page.className = "dl-why-link";
        if (page) item.append(page);
        item.addEventListener("click", (event) => event.target.closest("a, button") || this.pick(row, title));
        list.append(item);
      }
      return list;
    }

    table() {
      const head = el("tr");
      for (const [label, by] of COLUMNS) {
        const cell = el("th");
        cell.scope = "col";
        if (!by) cell.textContent = label();
        else {
          const on = this.sort.by === by;
          cell.setAttribute("aria-sort", on ? (this.sort.order === "up" ? "ascending" : "descending") : "none");
          const sorter = D.press(on ? `dl-sorted-${this.sort.order}` : "", label(), () => this.sortBy(by));
          sorter.title = D.say("Sort by {column}", { column: label() });
          cell.append(sorter);
        }
        head.append(cell);
      }
      const body = el("tbody");
      for (const row of this.shown()) {
        const title = D.press("", null, () => this.pick(row, title), D.glyph(row.glyph, 16, row.hollow, D.page), block("span", "", row.title));
        const what = el("th", "", null, title);
        what.scope = "row";
        const cells = [row.when, row.place || row.where, row.type_label, row.told, Number(row.confidence).toFixed(2)].map((text) => block("td", "", text));
        const line = el("tr", "", null, what, ...cells);
        line.dataset.id = row.id;
        line.addEventListener("click", (event) => event.target.closest("button") || this.pick(row, title));
        body.append(line);
      }
      const table = el("table", "dl-table", null, el("caption", "dl-hidden", D.say("Events")), el("thead", "", null, head), body);
      return el("div", "dl-table-box", null, table);
    }

    sortBy(by) {
      const down = this.sort.by === by ? this.sort.order === "up" : by === "date" || by === "confidence" || by === "origins";
      this.sort = { by, order: down ? "down" : "up" };
      this.load();
      this.layer.map.fire("dl-shown");
    }

    /* Marks the row of what is open and brings it into sight. */
    mark() {
      const { selected } = this.layer;
      const guest = this.body.querySelector("[data-guest]");
      const known = selected && this.rows.some((row) => row.id === selected);
      if ((guest && guest.dataset.id !== selected) || (selected && this.layer.found && !known && !guest && this.rows.length)) this.redrawGuest();
      for (const node of this.body.querySelectorAll("[data-id]")) {
        const on = Boolean(selected) && node.dataset.id === selected;
        node.classList.toggle("dl-chosen", on);
        if (on) node.setAttribute("aria-current", "true");
        else node.removeAttribute("aria-current");
        if (on) within(this.body, node);
      }
    }

    redrawGuest() {
      if (this.mode === "counts") return;
      const old = this.body.firstChild;
      const fresh = this.mode === "table" ? this.table() : this.list();
      if (old) old.replaceWith(fresh);
      const { selected } = this.layer;
      if (selected && !this.rows.some((row) => row.id === selected)) {
        const node = fresh.querySelector("[data-id]");
        if (node && node.dataset.id === selected) node.dataset.guest = "1";
      }
    }

    /* ---- counts ---- */

    showCounts(found) {
      this.counted(found.in_view, found.total, 0, 0);
      const types = found.types.map(([key, label, glyph, n]) => ({ n, name: label, icon: D.glyph(glyph, 18, false, D.page), set: { type: [key] } }));
      const sources = found.sources.map(([key, label, n]) => ({ n, name: label, set: { source: [key] } }));
      const [others, number] = found.others;
      if (others) sources.push({ n: number, name: D.several(others, "other") });
      this.body.replaceChildren(
        this.countTable(D.say("Type"), types, found.in_view), this.countTable(D.say("Source"), sources, found.in_view),
        el("p", "dl-muted", D.say("Counts follow the map and every filter. Select a row to filter by it.")));
    }

    countTable(title, rows, total) {
      const head = el("tr", "", null, ...[title, D.say("Events"), D.say("Percent")].map((text) => el("th", "", text)));
      for (const cell of head.children) cell.scope = "col";
      const body = el("tbody");
      for (const row of rows) {
        const share = total ? row.n / total : 0;
        const inner = [row.icon, block("span", "", row.name)];
        const name = row.set ? D.press("", null, () => this.layer.tell({ set: row.set }), ...inner) : el("span", "", null, ...inner);
        if (row.set) name.title = D.say("Only {name}", { name: D.clean(row.name) });
        const bar = el("span", "dl-share");
        bar.style.setProperty("--part", `${(100 * share).toFixed(1)}%`);
        const percent = `${(100 * share).toFixed(0)} %`;
        body.append(el("tr", "", null, el("td", "", null, name), el("td", "dl-n", D.number(row.n)), el("td", "dl-n", null, bar, el("span", "", percent))));
      }
      return el("table", "dl-counts", null, el("thead", "", null, head), body);
    }
  };

  /* Scrolls only the list, never the page. */
  function within(box, node) {
    const [outer, inner] = [box.getBoundingClientRect(), node.getBoundingClientRect()];
    if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top + 4;
    else if (inner.bottom > outer.bottom) box.scrollTop += Math.min(inner.bottom - outer.bottom + 4, inner.top - outer.top);
  }
})();
