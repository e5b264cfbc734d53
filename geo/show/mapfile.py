"""One HTML file that holds a map of what is shown: it needs no server and asks the network for nothing.

The layer script is the page's own; the answers it gets otherwise by HTTP are given from JSON in the file. Text is
never part of a script or of markup: it is packed into a block that no browser runs, and reaches the page by
textContent. A content security policy lets run what is named by its hash, and nothing that a text could smuggle in.
"""

import base64
import gzip
import hashlib
import html
import json
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

from geo.filters import NO_SOURCE
from geo.keep.columns import VAGUE
from geo.keep.days import bars
from geo.lexicon import types
from geo.records import Article, Event, GeoError, Route
from geo.show import details, explore, language, mapwords, words
from geo.show.details import map_route
from geo.show.language import say
from geo.show.mapplaces import PlaceTable
from geo.show.shown import Shown
from geo.show.webfiles import FILE_SCRIPTS, MAX_ZOOM, MIN_ZOOM, STYLES, WEB, glyph_table, leaflet_folder

THEMES = ("light", "dark")

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_PAGE = """<!doctype html>
<html lang="{lang}" dir="{dir}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
{styles}
</head>
<body class="dl-page dl-file">
<noscript>{noscript}</noscript>
<header id="dl-bar"></header>
<main id="dl-file-map" dir="ltr"></main>
<section id="dl-file-time" class="dl-time"></section>
<aside id="dl-file-rail" class="dl-rail"></aside>
<footer id="dl-cite"></footer>
<script type="application/gzip" id="dl-data">{data}</script>
{scripts}
</body>
</html>
"""


def write_html(shown: Shown, out: BinaryIO) -> None:
    """The whole map in one file: about 1 MB, and a few hundred bytes for each event (tests/bench_export.py)."""
    leaflet = leaflet_folder()
    styles = [_text(leaflet / "leaflet.css"), *(_text(WEB / name) for name in (*STYLES, "mapfile.css"))]
    spoken = [script for script in (mapwords.script(language.spoken()),) if script]
    scripts = [_text(leaflet / "leaflet.js"), *spoken, *(_text(WEB / name) for name in FILE_SCRIPTS)]
    allowed = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    page = _PAGE.format(
        policy=f"{_POLICY}; script-src {allowed}",
        styles="\n".join(f"<style>{style}</style>" for style in styles),
        data=packed(_data(shown)),
        lang=language.spoken(),
        dir=language.direction(),
        title=html.escape(say("Dateline: a map of reported events")),
        noscript=html.escape(say("This map is drawn by the scripts in this file; they are switched off here.")),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )
    out.write(page.encode("utf-8"))


def packed(value: Mapping[str, Any]) -> str:
    """JSON in gzip in base64: no letter of it can end the block it stands in. Equal values give equal texts."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), mtime=0)).decode("ascii")


def unpacked(text: str) -> dict[str, Any]:
    """What `packed` was given."""
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(text)))
    return found


def _text(path: Any) -> str:
    """A file of ours or Leaflet's, that may stand inside its element."""
    text: str = path.read_text("utf-8").replace("\r\n", "\n")
    if "</script" in text.lower() or "</style" in text.lower() or "<!--" in text:
        raise GeoError(f"{path.name} holds a tag that would end its block in an HTML file; take it out.")
    return text


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def _data(shown: Shown) -> dict[str, Any]:
    """What mapdata.js answers from: rows to filter, draw and list, details by id, their articles, the base map."""
    found: tuple[Event | Route, ...] = (*shown.events, *shown.routes)
    articles: dict[str, dict[str, Any]] = {}
    table = PlaceTable(found)
    return {
        "citation": shown.citation(),
        "glyphs": {theme: glyph_table(theme) for theme in THEMES},
        "zoom": [MIN_ZOOM, MAX_ZOOM],
        "edges": _edges(shown),
        "events": [_row(event, shown.articles) | table.of(event) for event in shown.events],
        "routes": [_route(route, shown.articles) | table.of(route) for route in shown.routes],
        "places": table.rows,
        "details": {item.id: _details(item, shown.articles, articles) for item in found},
        "articles": articles,
        "basemap": json.loads((WEB / "basemap.json").read_text("utf-8")),
    }


def _edges(shown: Shown) -> list[str]:
    """First days of the bars of the timeline, as on the page: of all events in the file and of the days asked for."""
    spans = [(e.when.start, e.when.end) for e in shown.events if e.when.start and e.when.end]
    first, last = (np.array([span[n].toordinal() for span in spans], np.int32) for n in (0, 1))
    asked = [day.toordinal() for day in (shown.cited.asked.since, shown.cited.asked.until) if day]
    made = bars(first, last, np.ones(len(spans), np.bool_), (min(asked), max(asked)) if asked else None)
    return [day.isoformat() for day in made.edges]


def _row(event: Event, articles: Mapping[str, Article]) -> dict[str, Any]:
    """An event as the layer draws it and the list tells it, with what the file's own filter asks for."""
    where, type_ = event.where, types().types.get(event.event_type)
    placed = where is not None and where.precision not in VAGUE and type_ is not None and type_.mapped
    return {
        **explore.card(event), "placed": placed,
        "lon": round(where.shown_at.lon, 6) if where else None,
        "lat": round(where.shown_at.lat, 6) if where else None,
        "precision": where.precision.value if where else "", "radius_km": where.radius_km if where else 0,
        **_asked_by(event, articles),
    }


def _route(route: Route, articles: Mapping[str, Article]) -> dict[str, Any]:
    """A route's row of the list, with its feature."""
    return {**explore.card(route), "feature": map_route(route), **_asked_by(route, articles)}


def _asked_by(found: Event | Route, articles: Mapping[str, Article]) -> dict[str, Any]:
    """Days as ISO text, publishers, and what is searched but not shown; NO_SOURCE for an article that states none."""
    when = found.when
    acting = [a.name for a in found.actors] if isinstance(found, Event) else found.movers
    return {
        "said": list(dict.fromkeys(map(words.clean, (found.title, *acting)))),
        "start": when.start.isoformat() if when.start else None, "end": when.end.isoformat() if when.end else None,
        "sources": sorted({words.clean(articles[i].source) or NO_SOURCE for i in found.article_ids if i in articles}),
    }


def _details(
    found: Event | Route, articles: Mapping[str, Article], shared: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """What the card shows. Articles go into `shared`, once each, without the page of an app that is not there."""
    if isinstance(found, Event):
        made = details.event_details(found, articles)
    else:
        made = details.route_details(found, articles)
    for sentence in made["sentences"]:
        article = sentence["article"]
        sentence["article"] = article["id"]
        shared[article["id"]] = {key: value for key, value in article.items() if key not in ("id", "page")}
    return made
