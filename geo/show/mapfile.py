"""One HTML file that holds a map of what is shown: it needs no server and asks the network for nothing.

The layer script is the page's own; the answers it gets otherwise by HTTP lie in the file as JSON. Text is never part
of a script or of markup: it stands in a block that no browser runs, and reaches the page by textContent. A content
security policy lets run what is named by its hash, and nothing that a text could smuggle in.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any, BinaryIO

from geo.keep.columns import VAGUE
from geo.lexicon import types
from geo.records import Article, Event, GeoError, Route
from geo.show import details, language, mapwords, words
from geo.show.geojson import route_feature
from geo.show.shown import Shown
from geo.show.webfiles import FILE_SCRIPTS, MAX_ZOOM, MIN_ZOOM, STYLES, WEB, glyph_table, leaflet_folder

THEMES = ("light", "dark")

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Dateline: a map of reported events</title>
{styles}
</head>
<body>
<noscript>This map is drawn by the scripts in this file; they are switched off here.</noscript>
<header id="dl-bar"></header>
<main id="dl-file-map"></main>
<footer id="dl-cite"></footer>
<script type="application/json" id="dl-data">{data}</script>
{scripts}
</body>
</html>
"""


def write_html(shown: Shown, out: BinaryIO) -> None:
    """The whole map in one file of about 1.2 MB and 2 to 3 kB for each event."""
    leaflet = leaflet_folder()
    styles = [_text(leaflet / "leaflet.css"), *(_text(WEB / name) for name in (*STYLES, "mapfile.css"))]
    spoken = [script for script in (mapwords.script(language.spoken()),) if script]
    scripts = [_text(leaflet / "leaflet.js"), *spoken, *(_text(WEB / name) for name in FILE_SCRIPTS)]
    allowed = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    page = _PAGE.format(
        policy=f"{_POLICY}; script-src {allowed}",
        styles="\n".join(f"<style>{style}</style>" for style in styles),
        data=inert(_data(shown)),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )
    out.write(page.encode("utf-8"))


def inert(value: Mapping[str, Any]) -> str:
    r"""JSON that cannot end the block it stands in: <, > and & as \u003c, and what is not ASCII as \uXXXX too."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def _text(path: Any) -> str:
    """A file of ours or Leaflet's, that may stand inside its element."""
    text: str = path.read_text("utf-8").replace("\r\n", "\n")
    if "</script" in text.lower() or "</style" in text.lower() or "<!--" in text:
        raise GeoError(f"{path.name} holds a tag that would end its block in an HTML file; take it out.")
    return text


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def _data(shown: Shown) -> dict[str, Any]:
    """What mapfile.js reads: rows to filter and draw, details by id, the base map and the look."""
    found: tuple[Event | Route, ...] = (*shown.events, *shown.routes)
    return {
        "citation": shown.citation(),
        "glyphs": {theme: glyph_table(theme) for theme in THEMES},
        "zoom": [MIN_ZOOM, MAX_ZOOM],
        "events": [_row(event, shown.articles) for event in shown.events],
        "routes": [_route(route, shown.articles) for route in shown.routes],
        "details": {item.id: _details(item, shown.articles) for item in found},
        "basemap": json.loads((WEB / "basemap.json").read_text("utf-8")),
    }


def _row(event: Event, articles: Mapping[str, Article]) -> dict[str, Any]:
    """An event as the layer draws it, with what the file's own filter asks for."""
    where, type_ = event.where, types().types.get(event.event_type)
    placed = where is not None and where.precision not in VAGUE and type_ is not None and type_.mapped
    label, glyph = details.type_and_glyph(event.event_type)
    return {
        "id": event.id, "type": event.event_type, "type_label": label, "glyph": glyph, "status": event.status.value,
        "title": words.clean(event.title), "placed": placed,
        "lon": round(where.shown_at.lon, 6) if where else None,
        "lat": round(where.shown_at.lat, 6) if where else None,
        "precision": where.precision.value if where else "", "radius_km": where.radius_km if where else 0,
        "place": words.clean(where.place.name) if where else "", **_asked_by(event, articles),
    }


def _route(route: Route, articles: Mapping[str, Article]) -> dict[str, Any]:
    """A route's feature with its ends, as the layer asks for them."""
    feature = route_feature(route, articles)
    kept = {"id": route.id, "title": words.clean(route.title)}
    kept |= {name: feature["properties"][name] for name in ("direction", "status")}
    feature["properties"] = {**kept, "ends": details.route_ends(route)}
    return {"feature": feature, "type": "route", "type_label": "Route", **_asked_by(route, articles)}


def _asked_by(found: Event | Route, articles: Mapping[str, Article]) -> dict[str, Any]:
    """Days as ISO text, and publishers; "" for an article that states none."""
    when = found.when
    return {
        "start": when.start.isoformat() if when.start else None, "end": when.end.isoformat() if when.end else None,
        "sources": sorted({words.clean(articles[i].source) for i in found.article_ids if i in articles}),
    }


def _details(found: Event | Route, articles: Mapping[str, Article]) -> dict[str, Any]:
    if isinstance(found, Event):
        return details.event_details(found, articles)
    return details.route_details(found, articles)
