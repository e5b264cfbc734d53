/* The card that opens at a pin: what, when, where, who says so, in which words, and why the pin is here. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el, block } = D;

  /* A link out, only for http and https; anything else (javascript:, data:) stays plain text. */
  function outLink(address, label) {
    let url = null;
    try {
      url = new URL(String(address));
    } catch {
      return el("span", "", label);
    }
    if (url.protocol !== "http:" && url.protocol !== "https:") return el("span", "", label);
    const link = el("a", "", label);
    link.href = url.href;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }

  /* The map's frame is closed in so that it may not lead the window elsewhere: the window's own link does. */
  function leave(event) {
    if (window.parent === window || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const page = window.parent.document;
    const link = page.createElement("a");
    link.href = event.currentTarget.href;
    page.body.append(link);
    link.click();
    link.remove();
  }

  /* A link to a page of this app, in the window that holds the map. Other origins are refused; null without an app. */
  D.ownLink = function (path, label) {
    if (D.config.base === null) return null;
    let url = null;
    try {
      url = new URL(D.config.base + String(path), window.location.origin);
    } catch {
      return null;
    }
    if (url.origin !== window.location.origin) return null;
    const link = el("a", "", label);
    link.href = url.href;
    if (document.body.classList.contains("dl-embed")) [link.target, link.rel] = ["_blank", "noopener"]; // the window is another site's
    else {
      link.target = "_top";
      link.addEventListener("click", leave);
    }
    return link;
  };

  function row(name, words) {
    const value = el("dd", "", null, block("div", "", words.text));
    if (words.reason) value.append(block("div", "dl-why", words.reason));
    return [el("dt", "", name), value];
  }

  /* The sentence with its marked words; offsets count code points, so the text is cut as an array of them. */
  function quote(sentence, glyphColour) {
    const points = Array.from(String(sentence.text ?? ""));
    const words = el("div", "dl-words");
    words.setAttribute("dir", "auto");
    let at = 0;
    const marks = [...(sentence.marks || [])].sort((a, b) => a.start - b.start || b.end - a.end);
    for (const mark of marks) {
      if (!(mark.start >= at && mark.end > mark.start && mark.end <= points.length)) continue;
      words.append(D.clean(points.slice(at, mark.start).join("")));
      const kind = ["trigger", "place", "when", "quantity"].includes(mark.kind) ? mark.kind : "place";
      words.append(el("mark", `dl-mark-${kind}`, points.slice(mark.start, mark.end).join("")));
      at = mark.end;
    }
    words.append(D.clean(points.slice(at).join("")));
    const article = sentence.article || {};
    const source = el("div", "dl-why");
    source.setAttribute("dir", "auto");
    const title = article.title || D.say("Article");
    source.append((article.page && D.ownLink(article.page, title)) || el("span", "", title));
    const facts = article.line || [article.source || D.say("publisher not stated"), article.published || D.say("no date")].join(", ");
    source.append(el("span", "", ` · ${facts}`));
    if (article.url) source.append(el("span", "", " · "), outLink(article.url, D.say("original")));
    const box = el("blockquote", "dl-quote", null, words, source);
    box.style.borderInlineStartColor = glyphColour;
    return box;
  }

  /* "Why is this pin here?": the reasons, what else it might have been, the factors of the confidence. */
  function why(found) {
    const box = el("details", "dl-because", null, el("summary", "", D.say("Why is this pin here?")));
    const list = el("ul");
    const tell = (words) => words && list.append(block("li", "", words));
    tell(found.where && found.where.reason);
    tell(found.when && found.when.reason);
    const others = (found.alternatives || []).map((place) => place.name).filter(Boolean);
    if (others.length) tell(D.say("It might also have been: {names}", { names: others.join(", ") }));
    const factors = (found.factors || []).map(([name, value]) => `${name} ${Number(value).toFixed(2)}`);
    if (Number.isFinite(found.confidence)) {
      const value = found.confidence.toFixed(2);
      tell(factors.length ? D.say("Confidence {value} = {factors}", { value, factors: factors.join(" × ") }) : D.say("Confidence {value}", { value }));
    }
    for (const conflict of found.conflicts || []) tell(conflict);
    box.append(list);
    return box;
  }

  /* The filled card of an event or route as the API tells it. */
  D.popupContent = function (found) {
    const colour = (D.config.glyphs[found.glyph] || {}).colour || D.theme.ink;
    const parts = document.createDocumentFragment();
    const head = el("div", "dl-kind");
    head.append(found.kind === "route" ? D.arrowIcon(20) : D.glyph(found.glyph, 18, false));
    head.append(block("strong", "", found.type_label || found.type));
    if (found.status) head.append(el("span", "dl-chip", found.status_label || found.status));
    if (found.reviewed) head.append(el("span", "dl-chip", D.say("reviewed")));
    parts.append(head, block("h2", "dl-title", found.title));
    const facts = el("dl", "dl-facts");
    if (found.when && found.when.text) facts.append(...row(D.say("When"), found.when));
    if (found.where && found.where.text) facts.append(...row(D.say("Where"), found.where));
    for (const fact of found.facts || []) facts.append(...row(fact.label, fact));
    if (found.told_by && found.told_by.text) facts.append(...row(D.say("Told by"), found.told_by));
    parts.append(facts);
    const sentences = found.sentences || [];
    const most = D.config.base === null ? sentences.length : 2; // without an app no page holds the rest
    for (const sentence of sentences.slice(0, most)) parts.append(quote(sentence, colour));
    parts.append(why(found));
    const page = D.ownLink(`/event?id=${encodeURIComponent(found.id)}`, sentences.length > 2 ? D.say("All {sentences}", { sentences: D.several(sentences.length, "sentence") }) : D.say("Whole page"));
    const mending = found.may_edit !== false; // a reader would only be refused there
    const mend = found.kind === "route" ? `/event?id=${encodeURIComponent(found.id)}` : `/event?id=${encodeURIComponent(found.id)}&do=edit`;
    const foot = el("div", "dl-foot", null, page, mending ? D.ownLink(mend, D.say("Put it right")) : "");
    parts.append(foot);
    return { parts, foot };
  };

  const overlap = (a, b) => Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));

  /* Left and top of a card of w × h beside the point: the side that covers least. `marks` are [x, y, weight]. */
  D.popupSpot = function (size, point, w, h, marks, boxes) {
    const GAP = 26;
    const clampX = (x) => Math.max(8, Math.min(size.x - w - 8, x));
    const clampY = (y) => Math.max(8, Math.min(size.y - h - 8, y));
    const [cx, cy] = [clampX(point.x - w / 2), clampY(point.y - h / 2)];
    const spots = [
      [cx, point.y + GAP], [cx, point.y - GAP - h], [point.x + GAP, cy], [point.x - GAP - w, cy],
      [point.x - w - GAP, point.y + GAP], [point.x + GAP, point.y + GAP],
    ];
    let best = null;
    for (const [left, top] of spots) {
      const at = [clampX(left), clampY(top)];
      const box = [at[0], at[1], at[0] + w, at[1] + h];
      let cost = 3 * (Math.abs(left - at[0]) + Math.abs(top - at[1]));
      cost += overlap(box, [point.x - 20, point.y - 20, point.x + 20, point.y + 20]) * 2;
      for (const [x, y, weight] of marks) if (x > box[0] - 8 && x < box[2] + 8 && y > box[1] - 8 && y < box[3] + 8) cost += weight;
      for (const other of boxes) cost += overlap(box, other) / 60;
      if (!best || cost < best.cost) best = { left: at[0], top: at[1], cost };
    }
    return best;
  };
})();
