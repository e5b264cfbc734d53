/* Days: as numbers since 1970-01-01, as ISO text, and in words as the rest of the page writes them. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const DAY = 86400000; // ms

  const MONTHS = () => [
    D.say("Jan"), D.say("Feb"), D.say("Mar"), D.say("Apr"), D.say("May"), D.say("Jun"), D.say("Jul"), D.say("Aug"), D.say("Sep"), D.say("Oct"),
    D.say("Nov"), D.say("Dec"),
  ];

  /* 9 Sep 2019; parts that are not asked for are left out. */
  const words = (day, { day: showDay = true, month = true, year = true } = {}) => {
    const date = new Date(day * DAY);
    return [showDay && date.getUTCDate(), month && MONTHS()[date.getUTCMonth()], year && date.getUTCFullYear()].filter(Boolean).join(" ");
  };

  D.days = {
    DAY,
    words,
    isDay: (text) => /^\d{4}-\d\d-\d\d$/.test(text),
    span: (from, to) => (from === to ? words(from) : `${words(from)} – ${words(to)}`),
    toDay: (iso) => Math.round(Date.parse(iso) / DAY), // without a time, ISO text is of UTC
    toIso: (day) => new Date(day * DAY).toISOString().slice(0, 10),
  };
})();
