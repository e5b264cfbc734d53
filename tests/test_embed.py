"""Which other sites may show the embedded map in a frame, and that nothing else of the page can be framed there."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from geo.show.access import Access, BadAccess, Gate, read_access
from geo.show.headers import page_policy

SITES = ("https://news.example", "http://127.0.0.1:9000")


def client(access: Access) -> TestClient:
    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse("<p>", media_type="text/html")

    inner = Starlette(routes=[Route("/{rest:path}", page)])
    return TestClient(Gate(inner, access=access, policy=page_policy(None)), "http://localhost")


@pytest.mark.parametrize("path", ["/?embed=1", "/?type=airstrike&embed=true", "/component/map/index.html?x=1"])
def test_named_sites_may_frame_the_embedded_map(path: str) -> None:
    headers = client(Access(frames=SITES)).get(path).headers
    assert f"frame-ancestors 'self' {' '.join(SITES)}" in headers["content-security-policy"]
    assert "x-frame-options" not in headers, "it would refuse every other site, and cannot name one"


@pytest.mark.parametrize("path", ["/", "/?embed=0", "/review?embed=1", "/event?id=e&embed=1", "/add"])
def test_no_site_may_frame_what_changes_things(path: str) -> None:
    headers = client(Access(frames=SITES)).get(path).headers
    assert headers["content-security-policy"].endswith("frame-ancestors 'self'")
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_no_site_is_named_at_first() -> None:
    headers = client(Access()).get("/?embed=1").headers
    assert headers["content-security-policy"].endswith("frame-ancestors 'self'")
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_sites_are_read_from_the_environment() -> None:
    assert read_access({"DATELINE_EMBED": " https://news.example, http://127.0.0.1:9000 ,"}).frames == SITES


@pytest.mark.parametrize("site", ["*", "news.example", "https://a; script-src *", "https://a/b", "ws://x", "'self'"])
def test_what_is_no_site_is_refused(site: str) -> None:
    with pytest.raises(BadAccess, match="DATELINE_EMBED"):
        read_access({"DATELINE_EMBED": site})
