/* The map as the page shows it: the timeline under it and the list beside it stand in the same frame, and the
 * address above keeps where the map is. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { el } = D;
  const NARROW = 860; // px of the frame below which the list goes under the map
  const [LEAST, MOST, PART] = [452, 640, 0.52]; // px of the map's height there, and its part of the window

  /* The page round this frame; this very window where there is none, or where it is another's. */
  function above() {
    try {
      return window.parent.location.href && window.parent;
    } catch {
      return window;
    }
  }

  /* Builds what stands round the map. */
  D.around = function (layer) {
    const { body } = document;
    const top = above();
    const asked = new URLSearchParams(top.location.search);
    const embedded = ["1", "true"].includes(asked.get("embed"));
    document.title = D.say("Map");
    if (window.frameElement) window.frameElement.title = document.title; // Streamlit calls it by its component
    document.documentElement.lang = D.language;
    body.classList.add("dl-page");
    body.classList.toggle("dl-embed", embedded);
    body.classList.toggle("dl-night", layer.config.theme === "dark");
    body.classList.toggle("dl-rtl", D.direction === "rtl");
    borrowFonts(top);
    const time = el("section", "dl-time");
    const rail = el("aside", "dl-rail");
    rail.setAttribute("aria-label", D.say("View"));
    for (const part of [time, rail]) [part.dir, part.lang] = [D.direction, D.language];
    body.append(time);
    if (!embedded) body.append(rail);
    else body.append(wayBack(top));
    layer.timeline = new D.Timeline(layer, time);
    if (!embedded) layer.rail = new D.Rail(layer, rail);
    D.address.read(layer, asked);
    D.address.keep(layer, top);
    if (!embedded) D.address.keepLanguage(top);
    if (top !== window) fitFrame(top, rail);
  };

  /* From an embedded map to the whole page with the same filter. */
  function wayBack(top) {
    const link = el("a", "dl-way-back", D.say("Open in Dateline"));
    link.target = "_blank";
    link.rel = "noopener";
    const aim = () => {
      const address = new URL(top.location.href);
      address.searchParams.delete("embed");
      link.href = address.href;
    };
    for (const name of ["pointerdown", "focus"]) link.addEventListener(name, aim);
    aim();
    return link;
  }

  /* On the phone the list stands under the map, and the frame is as high as both. */
  function fitFrame(top, rail) {
    const frame = window.frameElement;
    if (!frame) return;
    const { body } = document;
    const fit = () => {
      const narrow = window.innerWidth < NARROW;
      body.classList.toggle("dl-narrow", narrow);
      body.style.setProperty("--map-height", `${Math.round(Math.max(LEAST, Math.min(MOST, PART * top.innerHeight)))}px`);
      const end = body.classList.contains("dl-embed") ? 0 : rail.offsetTop + rail.offsetHeight;
      if (narrow && end) frame.style.setProperty("height", `${Math.ceil(end) + 8}px`, "important");
      else frame.style.removeProperty("height");
    };
    new ResizeObserver(fit).observe(rail);
    window.addEventListener("resize", fit);
    fit();
  }

  /* The page's own typeface, which a frame does not inherit. */
  function borrowFonts(top) {
    if (top === window) return;
    for (const sheet of top.document.styleSheets) {
      let rules = [];
      try {
        rules = [...sheet.cssRules];
      } catch {
        continue; // another origin's
      }
      for (const rule of rules) {
        if (!(rule instanceof top.CSSFontFaceRule) || !/Source Sans/.test(rule.style.getPropertyValue("font-family"))) continue;
        const found = /url\("?([^")]+)"?\)/.exec(rule.style.getPropertyValue("src"));
        if (!found) continue;
        const url = new URL(found[1], sheet.href || top.document.baseURI);
        if (url.origin !== top.location.origin) continue;
        const face = new FontFace("Source Sans", `url("${url.href}")`, {
          weight: rule.style.getPropertyValue("font-weight") || "normal", style: rule.style.getPropertyValue("font-style") || "normal",
        });
        document.fonts.add(face);
      }
    }
  }
})();
