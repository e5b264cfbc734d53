"""A small server with canned answers: the map layer alone, without store or page. Run by test_layer.py.

    python -m tests.browser.layer_app PORT SCENE

Scenes are functions below; each gives the answers of the HTTP routes the layer asks.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from geo.show import bundles, mapview
from geo.show.language import ENGLISH
from geo.show.webfiles import leaflet_folder

Json = dict[str, Any]
WEB = Path(__file__).resolve().parents[2] / "data" / "web"

HOSTILE = (
    "<img src=x onerror=window.pwn=1>", "${window.pwn=1}", "</script><script>window.pwn=1</script>",
    "\\${window.pwn=1}", "`+(window.pwn=1)+`", "\u202egnp.exe", "nul\u0000byte", "javascript:window.pwn=1",
    "'\"><svg onload=window.pwn=1>",
)
"""Each of them ran somewhere in a plain folium map, or turns text round."""


def point(number: int, lon: float, lat: float, glyph: str = "air", **more: Any) -> Json:
    """One entry of `points`."""
    return {
        "id": f"ev{number}", "lon": lon, "lat": lat, "type": "airstrike", "glyph": glyph, "precision": "exact",
        "radius_km": 5, "status": "reported", "title": f"Event {number}", "start": "2019-09-09", "end": "2019-09-11",
        **more,
    }


def cells(points: list[Json], unplaced: list[Json] | None = None) -> Json:
    """An answer of /api/cells."""
    lons, lats = [p["lon"] for p in points], [p["lat"] for p in points]
    return {
        "version": 1, "total": len(points), "in_view": len(points), "points": points, "cells": None,
        "unplaced": unplaced or [], "unplaced_total": len(unplaced or []),
        "bounds": [min(lons), min(lats), max(lons), max(lats)] if points else None,
    }


def details(number: str, title: str, text: str = "", url: str = "https://example.org/a", **more: Any) -> Json:
    """An answer of /api/events/{id}."""
    text = text or "Bombs were dropped on Qanus – located near the base in Qayyarah – amid a series of attacks."
    start = text.find("Qanus")
    marks = [{"start": start, "end": start + 5, "kind": "place"}] if start >= 0 else []
    article = {
        "id": "a1", "title": title, "source": "", "line": "article of 11 Sep 2019, publisher not stated",
        "published": "2019-09-11", "how": "", "url": url, "page": "/article?id=a1",
    }
    return {
        "id": number, "kind": "event", "title": title, "type": "airstrike", "type_label": "Airstrike", "glyph": "air",
        "status": "reported", "lon": 43.2742, "lat": 35.6731,
        "when": {"text": "within 9–11 Sep 2019", "reason": "known to the week: “this week”"},
        "where": {"text": "Qanus Island, Salah ad Din, Iraq", "reason": "named place, exact to about 5 km"},
        "facts": [{"label": "Used", "text": "“almost 40 tonnes”", "reason": "the same load"}],
        "told_by": {"text": "2 articles, 1 independent origin", "reason": "both quote the coalition statement"},
        "sentences": [{"text": text, "marks": marks, "article": article}],
        "alternatives": [{"name": "Al Qayyārah", "lon": 43.29, "lat": 35.8, "id": "gn:99003"}],
        "factors": [["place", 0.9], ["date", 0.8]], "confidence": 0.72, "conflicts": [], **more,
    }


def end(role: str, name: str, lon: float, lat: float, precision: str = "exact", radius_km: float = 5) -> Json:
    """One of a route's `ends`."""
    return {"role": role, "name": name, "lon": lon, "lat": lat, "precision": precision, "radius_km": radius_km}


def features(*rows: tuple[Json, Json | None]) -> Json:
    """A FeatureCollection of (properties, geometry)."""
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "id": p["id"], "properties": p, "geometry": g} for p, g in rows],
    }


def seeds() -> Json:
    """Close to what the two seed articles give."""
    return {
        "cells": cells(
            [
                point(1, 43.2742, 35.6731, title="Airstrike on Qanus Island"),
                point(2, 43.2742, 35.6731, "ground", title="Clearance operation on Qanus Island"),
                point(3, 43.2742, 35.6731, "ground", title="Ground attacks near Qanus", precision="near",
                      radius_km=15),
                point(4, 41.1449, 36.3756, "forces", title="Recruitment in Al Hol camp"),
            ],
            [{"id": "ev5", "type": "sanctions", "glyph": "politics", "title": "United States: sanctions",
              "place": "United States", "precision": "country"}],
        ),
        "routes": features((
            {"id": "rt1", "title": "Syria and the Jazeera desert → Mosul, Makhmour, Kirkuk region",
             "direction": "certain", "status": "habitual", "ends": [
                end("origin", "Syria", 38.5, 35.0, "country", 400),
                end("origin", "Jazeera desert", 42.2, 35.9, "region", 80),
                end("waypoint", "Qanus Island", 43.2742, 35.6731),
                end("destination", "Mosul", 43.1189, 36.335), end("destination", "Makhmour", 43.5797, 35.7762),
                end("destination", "Kirkuk region", 44.39, 35.47, "region", 45)]}, None)),
        "places": features(
            ({"id": "gn:98182", "name": "Baghdad", "n_mentions": 1, "n_articles": 1, "feature_code": "PPLC"},
             {"type": "Point", "coordinates": [44.4009, 33.3406]})),
        "details": {f"ev{n}": details(f"ev{n}", "Coalition aircraft bomb Qanus Island") for n in range(1, 6)}
        | {"rt1": details("rt1", "Syria → Mosul", kind="route", type_label="Route", glyph="route")},
    }


def busy() -> Json:
    """Many events: clusters of cells, one of them with nothing to zoom to."""
    found = cells([point(0, 36.0, 33.0)])
    many = [
        {"lon": 36.2 + 0.9 * x, "lat": 33.1 + 0.8 * y, "count": 3 ** ((x + y) % 7) + 1,
         "glyphs": {"air": 3, "ground": 2, "bomb": 1},
         "bbox": [36 + 0.9 * x, 33 + 0.8 * y, 36.4 + 0.9 * x, 33.3 + 0.8 * y]}
        for x in range(6) for y in range(5)
    ]
    pile = [point(n, 43.2742, 35.6731, title=f"Pile {n}") for n in range(1, 6)]
    bounds = [36.0, 33.0, 43.3, 37.0]
    shown = found | {"points": pile, "cells": many, "total": 4000, "in_view": 3000, "bounds": bounds}
    return seeds() | {"cells": shown}


def hostile() -> Json:
    """Every hostile string through every text the layer shows."""
    points = [
        point(n, 40 + 1.2 * n, 33 + n % 3, title=text, type=text, status=text) for n, text in enumerate(HOSTILE)
    ]
    unplaced = [
        {"id": f"ev{n}", "type": text, "glyph": text, "title": text, "place": text, "precision": "country"}
        for n, text in enumerate(HOSTILE)
    ]
    said = [{"label": text, "text": text, "reason": text} for text in HOSTILE]
    shown = {}
    for n, text in enumerate(HOSTILE):
        one = details(f"ev{n}", text, text, url=text, type_label=text, status=text, when=said[n], where=said[n])
        one |= {"facts": said, "told_by": said[n], "conflicts": [text], "factors": [[text, 0.5]]}
        one["alternatives"] = [{"name": text, "lon": 0, "lat": 0, "id": text}]
        one["sentences"][0]["article"] |= {"source": text, "line": text, "page": text}
        shown[f"ev{n}"] = one
    ends = [end("origin", HOSTILE[0], 39, 34, "region", 50), end("destination", HOSTILE[1], 44, 35)]
    return {
        "cells": cells(points, unplaced), "details": shown,
        "routes": features((
            {"id": "ev1", "title": HOSTILE[2], "direction": HOSTILE[0], "status": HOSTILE[1], "ends": ends}, None)),
        "places": features(*(
            ({"id": text, "name": text, "n_mentions": 1, "n_articles": 1, "feature_code": "PPL"},
             {"type": "Point", "coordinates": [41 + n, 32.5]}) for n, text in enumerate(HOSTILE))),
    }


SCENES: dict[str, Callable[[], Json]] = {"seeds": seeds, "busy": busy, "hostile": hostile}


def application(scene: Json) -> Starlette:
    """The page at / (theme and tiles by its query) and the canned API. `?text=fail` and `?text=bad` make it fail."""

    def page(request: Request) -> Response:
        theme, tiles = request.query_params.get("theme", "light"), request.query_params.get("tiles")
        return HTMLResponse(mapview.base_map(theme, tiles).get_root().render())

    def answer(key: str) -> Callable[[Request], Response]:
        def respond(request: Request) -> Response:
            wish = request.query_params.get("text", "")
            if wish == "fail":
                return Response("broken", 500)
            if wish == "bad":
                return JSONResponse({"error": "text=bad is not <b>known</b>."}, 400)
            return JSONResponse(cells([point(9, 43.0, 36.0)]) if wish == "one" and key == "cells" else scene[key])

        return respond

    def event(request: Request) -> Response:
        found = scene["details"].get(request.path_params["id"])
        return JSONResponse(found) if found else JSONResponse({"error": "No such event."}, 404)

    return Starlette(routes=[
        Route("/", page), Route("/favicon.ico", lambda _: Response(status_code=204)),
        Route("/api/cells", answer("cells")), Route("/api/routes.geojson", answer("routes")),
        Route("/api/places.geojson", answer("places")), Route("/api/events/{id}", event),
        Route(f"/web/map-{ENGLISH}.js", lambda _: Response(bundles.script(ENGLISH), media_type="text/javascript")),
        Mount("/web", StaticFiles(directory=WEB)),
        Mount("/vendor/leaflet", StaticFiles(directory=leaflet_folder())),
    ])


if __name__ == "__main__":
    uvicorn.run(application(SCENES[sys.argv[2]]()), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
