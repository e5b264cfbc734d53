/* The words of the map layer. They stand in English where they are said, and the English is the key of their
 * translation, as in geo/show/language.py; a page in another language loads a catalogue before this file. */
"use strict";
(function () {
  const D = (window.DatelineLayer = window.DatelineLayer || {});
  const { say = {}, count = {}, language = "en-GB", direction = "ltr" } = D.catalogue || {};
  D.language = language;
  D.direction = direction;

  const plurals = new Intl.PluralRules(language);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));

  /* The words in the language of the page, with values where their {names} stand. */
  D.say = (english, values = {}) => fill(say[english] || english, values);

  /* A number with its noun: 1 event, 1,200 events. */
  D.several = function (n, noun, plural = `${noun}s`) {
    const forms = count[noun];
    if (!forms) return `${D.number(n)} ${n === 1 ? noun : plural}`;
    return fill(forms[plurals.select(n)] || forms.other, { n: D.number(n) });
  };

  const COARSE = {
    admin1: () => D.say("province"), admin2: () => D.say("district"), region: () => D.say("region"), country: () => D.say("whole country"),
    topic: () => D.say("topic"), near: () => D.say("near"), linear: () => D.say("along a line"),
  };
  const AREAS = {
    region: () => D.say("region, not a point"), admin1: () => D.say("province, not a point"), admin2: () => D.say("district, not a point"),
    country: () => D.say("whole country"),
  };

  /* A precision in a word; "" where there is none to tell. */
  D.precisionWord = (precision) => (COARSE[precision] ? COARSE[precision]() : "");

  /* The same for what is drawn as an area. */
  D.areaWords = (precision) => (AREAS[precision] ? AREAS[precision]() : "");

  D.comma = () => D.say(", ");
})();
