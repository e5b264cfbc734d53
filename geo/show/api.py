"""The HTTP side of the page: JSON and GeoJSON for the map layer and for other tools, and our own web files.

A bad parameter gets 400 and one line that says why, an unknown id 404. Queries run in a thread.
"""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from geo import filters
from geo.filters import Filter
from geo.keep import View
from geo.records import BadFilter, BBox, Event, GeoError
from geo.show import bundles, details, explore, export, geojson, glyphs, language, live, titles, words
from geo.show.access import ROLE_HEADER, Role
from geo.show.shared import SHOWN_MOST, Settings, Shared, configure, shared
from geo.show.shown import Citation, Shown, gather
from geo.show.webfiles import WEB, leaflet_folder

ZOOM_MOST = 22
LANGUAGE = "lang"
"""Every route takes it: the language of the words in its answer."""
ID_MOST = 200
"""Code points of an id; ours have at most 64."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
GEOJSON = "application/geo+json"
PLACES_MOST = 2000


class NotFound(GeoError, LookupError):
    """An id that the store does not hold."""


def routes(settings: Settings) -> list[BaseRoute]:
    """All routes beside the pages; from here on the process serves this store."""
    configure(settings)
    return [
        Route("/api/cells", _answer(_cells)),
        Route("/api/heat", _answer(_heat)),
        Route("/api/days", _answer(_days)),
        Route("/api/list", _answer(_list)),
        Route("/api/counts", _answer(_counts)),
        Route("/api/places", _answer(_found_places)),
        Route("/api/events/{id}", _answer(_details)),
        Route("/api/events.geojson", _layer(_events)),
        Route("/api/routes.geojson", _layer(_routes)),
        Route("/api/places.geojson", _answer(_places, GEOJSON)),
        Route("/api/health", _answer(_health)),
        Route("/api/{rest:path}", _answer(_nothing)),
        Route("/web/glyphs/{name}-{theme}.svg", _glyph),
        Route("/web/map-{code}.js", _map_script),
        Route(f"/web/{bundles.BASEMAP}", _basemap),
        Mount("/web", _Files(directory=WEB)),
        Mount("/vendor/leaflet", _Files(directory=leaflet_folder())),
    ]


class _Files(StaticFiles):
    """Files that may be cached for good when the address carries their version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        versioned = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


Work = Callable[[Shared, Request], Any]


def _answer(work: Work, media_type: str = "application/json") -> Callable[[Request], Any]:
    """An endpoint that runs `work` in a thread and turns its value, or its error, into a response."""

    async def endpoint(request: Request) -> Response:
        status, body = await run_in_threadpool(_worked, work, request)
        tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        if status == 200 and request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag, **HEADERS})
        kind = media_type if status == 200 else "application/json"
        headers = {"ETag": tag, "Cache-Control": "no-cache", **HEADERS} if status == 200 else HEADERS
        return Response(body, status, headers, kind)

    return endpoint


def _layer(work: Work) -> Callable[[Request], Any]:
    """An endpoint for a layer of GeoJSON by its address: 304 without making it anew, and ranges of bytes."""
    answers = live.Answers()

    async def endpoint(request: Request) -> Response:
        status, body, tag = await run_in_threadpool(_kept, work, request, answers)
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Accept-Ranges": "bytes", **HEADERS}
        if status == 304:
            return Response(status_code=304, headers=headers)
        if status != 200:
            return Response(body, status, HEADERS, "application/json")
        asked = request.headers.get("range") if request.headers.get("if-range", tag) == tag else None
        try:
            part = live.part(asked, len(body))
        except ValueError as error:
            answer = _json({"error": str(error)})
            return Response(answer, 416, {"Content-Range": f"bytes */{len(body)}", **HEADERS}, "application/json")
        if part is None:
            return Response(body, 200, headers, GEOJSON)
        told = {**headers, "Content-Range": f"bytes {part[0]}-{part[1] - 1}/{len(body)}"}
        return Response(body[slice(*part)], 206, told, GEOJSON)

    return endpoint


def _kept(work: Work, request: Request, answers: live.Answers) -> tuple[int, bytes, str]:
    """Status, answer and its tag; 304 and nothing for what is known, the kept answer where there is one."""
    try:
        tag = live.tag(shared().store(), f"{request.url.path}?{request.url.query}")
    except GeoError as error:
        return 503, _json({"error": _one_line(error)}), ""
    if live.known(request.headers.get("if-none-match"), tag):
        return 304, b"", tag
    body = answers.get(tag)
    if body is not None:
        return 200, body, tag
    status, body = _worked(work, request)
    if status == 200:
        answers.put(tag, body)
    return status, body, tag


def _worked(work: Work, request: Request) -> tuple[int, bytes]:
    """Runs in a thread of its own context, so the language of one answer is not that of another."""
    language.speak(request.query_params.get(LANGUAGE, language.ENGLISH))
    try:
        value = work(shared(), request)
    except BadFilter as error:
        return 400, _json({"error": _one_line(error)})
    except NotFound as error:
        return 404, _json({"error": _one_line(error)})
    except GeoError as error:
        return 503, _json({"error": _one_line(error)})
    return 200, value if isinstance(value, bytes) else _json(value)


def _one_line(error: Exception) -> str:
    return " ".join(words.clean(str(error)).split())


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_day)
    return text.encode("utf-8", "replace")


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no JSON form.")


# --- parameters


def _asked(here: Shared, request: Request) -> Filter:
    return here.check(filters.read(_own(request)[1]))


def _view_asked(here: Shared, request: Request) -> tuple[BBox, float, Filter]:
    """The first bbox is the map's view; a second one belongs to the filter."""
    own, rest = _own(request, "bbox", "zoom")
    if len(own) < 2:
        raise BadFilter("A view needs bbox=west,south,east,north and zoom=0..22.")
    return filters.read_bbox(own["bbox"]), _zoom(own["zoom"]), here.check(filters.read(rest))


def _own(request: Request, *keys: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The first value of each of the route's own parameters, and all that belongs to the filter."""
    own: dict[str, str] = {}
    rest: list[tuple[str, str]] = []
    for key, value in request.query_params.multi_items():
        if key in keys and key not in own:
            own[key] = value
        elif key != LANGUAGE:
            rest.append((key, value))
    return own, rest


def _zoom(value: str) -> float:
    try:
        zoom = float(value)
    except ValueError:
        raise BadFilter(f"zoom {value!r} is not a number from 0 to {ZOOM_MOST}.") from None
    if not 0 <= zoom <= ZOOM_MOST:
        raise BadFilter(f"zoom {value} lies outside 0..{ZOOM_MOST}.")
    return zoom


# --- answers


def _cells(here: Shared, request: Request) -> dict[str, Any]:
    box, zoom, asked = _view_asked(here, request)
    snapshot = here.snapshot()
    mask, spread = here.mask(asked, snapshot), here.spread(asked, snapshot)
    return {
        "version": snapshot.version, "total": int(spread.totals.sum()) + spread.unplaced_total,
        **_view(snapshot.view(mask, box, zoom, spread)), "bounds": spread.bounds,
    }


def _view(view: View) -> dict[str, Any]:
    """Titles and names cleaned for display, as all text that the layer writes."""
    shown: dict[str, Any] = msgspec.to_builtins(view)
    for row in (*(shown["points"] or ()), *shown["unplaced"], *shown["edge"]):
        if "title" in row:
            row["title"] = titles.event_title(row["title"], row["type"])
        if "place" in row:
            row["place"] = words.clean(row["place"])
    return shown


def _heat(here: Shared, request: Request) -> dict[str, Any]:
    box, zoom, asked = _view_asked(here, request)
    return explore.heat(here, asked, box, zoom)


def _days(here: Shared, request: Request) -> dict[str, Any]:
    return explore.days(here, _asked(here, request))


def _list(here: Shared, request: Request) -> dict[str, Any]:
    own, rest = _own(request, "view", "sort", "order", "offset", "whole", "aside")
    sort, order = own.get("sort", "date"), own.get("order", "down")
    if sort not in explore.ORDERS or order not in ("up", "down"):
        raise BadFilter(f"A list is sorted by {', '.join(explore.ORDERS)}, with order=up or order=down.")
    offset = own.get("offset", "0")
    if not (offset.isascii() and offset.isdigit() and int(offset[:9]) <= explore.OFFSET_MOST):
        raise BadFilter(f"offset {offset[:20]!r} is not a whole number from 0 to {explore.OFFSET_MOST}.")
    page = explore.Page(sort, order == "down", int(offset), _flag(own, "whole"), own.get("aside"))
    return explore.listing(here, here.check(filters.read(rest)), _view_box(own), page)


def _counts(here: Shared, request: Request) -> dict[str, Any]:
    own, rest = _own(request, "view")
    return explore.counts(here, here.check(filters.read(rest)), _view_box(own))


def _found_places(here: Shared, request: Request) -> dict[str, Any]:
    own, rest = _own(request, "name")
    return explore.places(here, here.check(filters.read(rest)), own.get("name", ""))


def _view_box(own: dict[str, str]) -> BBox | None:
    return filters.read_bbox(own["view"]) if "view" in own else None


def _flag(own: dict[str, str], name: str) -> bool:
    value = own.get(name, "0")
    if value not in ("0", "1"):
        raise BadFilter(f"{name} is 0 or 1.")
    return value == "1"


def _details(here: Shared, request: Request) -> dict[str, Any]:
    identity = request.path_params["id"]
    if set(request.query_params) - {LANGUAGE}:
        raise BadFilter("An event is asked for by its id alone, without parameters.")
    found = here.found(identity) if len(identity) <= ID_MOST and "\0" not in identity else None
    if found is None:
        raise NotFound(f"There is no event or route {identity[:ID_MOST]!r}.")
    articles = here.articles_of(found)
    told = (details.event_details(found, articles) if isinstance(found, Event)
            else details.route_details(found, articles))  # fmt: skip
    return {**told, "may_edit": request.headers.get(ROLE_HEADER, Role.EDITOR.value) == Role.EDITOR.value}


def _nothing(here: Shared, request: Request) -> None:
    """Streamlit would answer with its page, and a program would take it for an answer."""
    raise NotFound(f"There is no address {request.url.path[:ID_MOST]!r} here.")


def _geojson(made: dict[str, Any]) -> bytes:
    return geojson.to_bytes(made)


def _events(here: Shared, request: Request) -> bytes:
    return _geojson(events_collection(here, _asked(here, request)))


def events_collection(here: Shared, asked: Filter) -> dict[str, Any]:
    """The events of the filter as a FeatureCollection."""
    return geojson.collection(_gathered(here, asked, routes=False).features())


def _gathered(here: Shared, asked: Filter, *, events: bool = True, routes: bool = True) -> Shown:
    store = here.store()
    cited = Citation(here.spoken(asked), date.today(), store.version())
    return gather(store, asked, cited, most=SHOWN_MOST, events=events, routes=routes)


def export_bytes(here: Shared, asked: Filter, format_: str, day: date) -> bytes:
    """What the page shows, events and then routes, as a file of `format_`; `day` is the day of the export."""
    shown = _gathered(here, asked)
    out = io.BytesIO()
    export.write(format_, replace(shown, cited=replace(shown.cited, exported=day)), out)
    return out.getvalue()


def citation(here: Shared, asked: Filter, day: date) -> tuple[str, int]:
    """The line that the exports of this moment carry, and how many events and routes they hold."""
    snapshot = here.snapshot()
    n_events, n_routes = int(here.mask(asked).sum()), here.store().count_routes(asked)
    return Citation(here.spoken(asked), day, snapshot.version).line(n_events, n_routes), n_events + n_routes


def _routes(here: Shared, request: Request) -> bytes:
    own, pairs = _own(request, "map")
    for_map, asked = _flag(own, "map"), here.check(filters.read(pairs))
    if not for_map:
        return _geojson(geojson.collection(_gathered(here, asked, events=False).features()))
    movements = here.store().routes(asked)
    if len(movements) > SHOWN_MOST:
        raise BadFilter(f"{len(movements):,} routes are too many for one answer ({SHOWN_MOST:,}); narrow the filter.")
    return _geojson(geojson.collection(map(details.map_route, movements)))


def _places(here: Shared, request: Request) -> bytes:
    uses = here.reference_places(_asked(here, request))
    most_named = sorted(uses, key=lambda use: (-use.n_mentions, use.place.gazetteer_id))[:PLACES_MOST]
    features = [
        {
            "type": "Feature", "id": use.place.gazetteer_id,
            "geometry": {"type": "Point", "coordinates": [round(x, 6) for x in use.place.point]},
            "properties": {
                "id": use.place.gazetteer_id, "name": words.clean(use.place.name), "n_mentions": use.n_mentions,
                "n_articles": len(use.article_ids), "feature_code": use.place.feature_code,
            },
        }
        for use in most_named
    ]
    return _geojson(geojson.collection(features))


def _health(here: Shared, request: Request) -> dict[str, Any]:
    """To who is not let in, nothing but that the process runs."""
    if request.headers.get(ROLE_HEADER) == Role.NOBODY.value:
        return {"status": "ok"}
    snapshot = here.snapshot()
    return {"status": "ok", "version": snapshot.version, "events": len(snapshot.ids)}


async def _map_script(request: Request) -> Response:
    code = request.path_params["code"]
    if code not in language.languages():
        return Response(_json({"error": "There is no such language."}), 404, HEADERS, "application/json")
    return _file(request, bundles.script(code), "text/javascript")


async def _basemap(request: Request) -> Response:
    return _file(request, bundles.basemap(), "application/json")


def _file(request: Request, made: bytes, media_type: str) -> Response:
    """What only a new release changes, as its versioned address may be kept for good."""
    lasting = "public, max-age=31536000, immutable" if "v" in request.query_params else "no-cache"
    headers = {"Cache-Control": lasting, "Vary": "Accept-Encoding", **HEADERS}
    if "gzip" in request.headers.get("accept-encoding", ""):
        made, headers["Content-Encoding"] = bundles.zipped(made), "gzip"
    return Response(made, 200, headers, media_type)


async def _glyph(request: Request) -> Response:
    name, _, hollow = request.path_params["name"].partition(".")
    theme = request.path_params["theme"]
    if name not in glyphs.names() or theme not in glyphs.THEMES or hollow not in ("", "hollow"):
        return Response(_json({"error": "There is no such glyph."}), 404, HEADERS, "application/json")
    image = glyphs.svg(name, theme, hollow=bool(hollow))
    return Response(image, 200, {"Cache-Control": "public, max-age=86400", **HEADERS}, "image/svg+xml")


__all__ = ["WEB", "Settings", "citation", "configure", "events_collection", "export_bytes", "routes", "shared"]
