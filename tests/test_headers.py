"""Which files of the page travel compressed."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from geo.show.headers import SQUEEZED_LEAST, Squeezed

TEXT = "const a = 1;\n" * SQUEEZED_LEAST


def files(request: object) -> PlainTextResponse:
    return PlainTextResponse(TEXT, media_type="text/javascript")


@pytest.mark.parametrize(("path", "headers", "squeezed"), [
    ("/static/js/index.js", {}, True),
    ("/static/js/index.js", {"Accept-Encoding": "identity"}, False),
    ("/static/js/index.js", {"Range": "bytes=0-9"}, False),
    ("/api/events.geojson", {}, False),  # layers for GIS are asked for in parts; what the page asks for is small
])
def test_only_the_files_of_the_page_are_squeezed(path: str, headers: dict[str, str], squeezed: bool) -> None:
    app = Starlette(routes=[Route("/{rest:path}", files)], middleware=[Middleware(Squeezed)])
    answer = TestClient(app).get(path, headers=headers)
    assert (answer.headers.get("content-encoding") == "gzip") is squeezed
    assert answer.text == TEXT
