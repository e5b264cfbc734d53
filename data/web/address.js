/* What the page's address keeps of the map itself: where it is (at=), and what is shown over and beside it (show=), as
 * words with commas between; what is as it always starts has no word. Python keeps both and knows the words, too. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const REST = 400; // ms after the last change before the address is written
  const VIEW = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/;
  const LOOKS = ["light", "dark", "plain"];
  const MODES = ["table", "counts"];
  const SORT = /^(date|type|place|origins|confidence)-(up|down)$/;

  /* Takes over what a link asks for; before the map begins. */
  function read(layer, asked) {
    const spot = VIEW.exec(asked.get("at") || "");
    if (spot && Math.abs(spot[1]) <= 90 && Math.abs(spot[2]) <= 540) layer.start = spot.slice(1, 4).map(Number);
    const words = (asked.get("show") || "").split(",");
    const has = (word) => words.includes(word);
    layer.look = LOOKS.find(has) || "auto";
    layer.hot = has("heat");
    layer.halos = has("circles");
    layer.wanted = { places: has("places"), online: !has("offline") };
    layer.ofList = words.filter((word) => MODES.includes(word) || SORT.test(word)); // an embedded map hands them on
    const sort = words.map((word) => SORT.exec(word)).find(Boolean);
    if (layer.rail) layer.rail.begin(MODES.find(has) || "list", sort && { by: sort[1], order: sort[2] });
  }

  function words(layer) {
    const { rail, wanted } = layer;
    const sort = rail && `${rail.sort.by}-${rail.sort.order}`;
    const list = rail ? [rail.mode !== "list" && rail.mode, sort !== "date-down" && sort] : layer.ofList;
    const over = [layer.look !== "auto" && layer.look, layer.hot && "heat", wanted.places && "places", layer.halos && "circles", !wanted.online && "offline"];
    return [...list, ...over].filter(Boolean).join(",");
  }

  /* The address of `top` tells it without the page running again. */
  function keep(layer, top) {
    let timer = 0;
    const write = () => {
      const { lat, lng } = layer.map.getCenter().wrap();
      const told = { at: `${lat.toFixed(4)},${lng.toFixed(4)},${Number(layer.map.getZoom().toFixed(1))}`, show: words(layer) };
      const address = new URL(top.location.href);
      if (Object.entries(told).every(([key, value]) => (address.searchParams.get(key) || "") === value)) return;
      const others = address.search.replace(/^\?/, "").split("&").filter((part) => part && !/^(at|show)=/.test(part));
      address.search = [...others, ...Object.entries(told).filter(([, value]) => value).map((pair) => pair.join("="))].join("&");
      top.history.replaceState(top.history.state, "", address);
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(write, REST);
    };
    layer.map.on("moveend dl-loaded dl-told dl-shown", () => layer.fitted && later());
  }

  /* A language other than the browser's own is kept by the browser: a page that is loaded again knows of no press. */
  function keepLanguage(top) {
    const [spoken, own] = [D.language, top.navigator.language].map((code) => code.split("-")[0]);
    const age = spoken === own ? 0 : 365 * 24 * 3600;
    top.document.cookie = `dateline_language=${spoken}; path=/; max-age=${age}; SameSite=Lax`;
  }

  D.address = { read, keep, keepLanguage };
})();
