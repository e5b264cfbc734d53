"""Politeness: robots.txt, pauses, Retry-After; sitemaps and lists of addresses."""

import gzip
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from geo.inputs import gathered, listed, of_sitemap
from geo.read.fetch import Answer
from geo.read.polite import GAP_MOST_S, Visitor, retry_after_s
from geo.read.sitemap import pages_of, read_sitemap
from geo.records import BadInput, NotFetched
from tests.webserver import Reply, Web, serving

HERE = "http://news.example/"


class Clock:
    """Time that passes only when someone waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        server.replies["", "/robots.txt"] = Reply(status=404)
        server.otherwise = Reply(b"here")
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


def visitor(web: Web, clock: Clock) -> Visitor:
    return Visitor(web.door(), clock, clock.wait)


def test_no_more_hosts_are_remembered_than_that(web: Web, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.read.polite.HOSTS_MOST", 3)
    guest = visitor(web, clock)
    for number in range(8):
        clock.now += 10
        guest.page(f"http://news{number}.example/")
        guest.page(f"http://news{number}.example/more")
    assert len(guest._rules) == 3
    assert len(guest._next) <= 3
    assert web.paths().count("/robots.txt") == 8


def test_robots_txt_is_asked_once_and_obeyed(web: Web, clock: Clock) -> None:
    web.replies["", "/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private\n\nUser-agent: other\nDisallow: /\n")
    guest = visitor(web, clock)
    assert guest.page(f"{HERE}a").data == b"here"
    with pytest.raises(NotFetched, match="asks not to fetch"):
        guest.page(f"{HERE}private/b")
    assert web.paths() == ["/robots.txt", "/a"]


def test_a_redirect_into_what_robots_txt_closes_is_not_followed(web: Web, clock: Clock) -> None:
    web.replies["shut.example", "/robots.txt"] = Reply(b"User-agent: Dateline\nDisallow: /")
    web.replies["", "/a"] = Reply(status=302, headers={"Location": "http://shut.example/b"})
    with pytest.raises(NotFetched, match=r"shut\.example"):
        visitor(web, clock).page(f"{HERE}a")
    assert web.paths() == ["/robots.txt", "/a", "/robots.txt"]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_robots_txt_that_cannot_be_had_closes_all_for_a_while(web: Web, clock: Clock, status: int) -> None:
    web.replies["", "/robots.txt"] = Reply(status=status)
    guest = visitor(web, clock)
    for _ in range(2):
        with pytest.raises(NotFetched, match=f"answered with {status}"):
            guest.page(f"{HERE}a")
    assert web.paths() == ["/robots.txt"]
    web.replies["", "/robots.txt"] = Reply(status=404)
    clock.now += 601
    assert guest.page(f"{HERE}a").data == b"here"


def test_one_request_a_second_to_a_host_and_no_wait_between_hosts(web: Web, clock: Clock) -> None:
    guest = visitor(web, clock)
    guest.page(f"{HERE}a")  # robots.txt, a second, the page
    guest.page("http://other.example/a")
    assert clock.waits == [1.0, 1.0]
    guest.page(f"{HERE}b")
    assert clock.waits == [1.0, 1.0]  # two seconds have passed since
    guest.page(f"{HERE}c")
    assert sum(clock.waits) == 3.0


def test_a_crawl_delay_is_kept_and_an_absurd_one_means_no(web: Web, clock: Clock) -> None:
    web.replies["", "/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 7")
    guest = visitor(web, clock)
    guest.page(f"{HERE}a")
    guest.page(f"{HERE}b")
    assert clock.waits[-1] == 7
    web.replies["slow.example", "/robots.txt"] = Reply(f"User-agent: *\nCrawl-delay: {GAP_MOST_S + 1:g}".encode())
    with pytest.raises(NotFetched, match="seconds between"):
        guest.page("http://slow.example/")


def test_a_busy_server_is_asked_once_more_when_it_says_when(web: Web, clock: Clock) -> None:
    answers = iter([Reply(b"later", 503, {"Retry-After": "12"}), Reply(b"now")])
    web.replies["", "/a"] = lambda asked: next(answers)
    assert visitor(web, clock).page(f"{HERE}a").data == b"now"
    assert 12 in clock.waits
    web.replies["", "/b"] = Reply(b"later", 503, {"Retry-After": "9999"})
    with pytest.raises(NotFetched, match="503"):
        visitor(web, clock).page(f"{HERE}b")


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [("120", 120), ("Wed, 11 Sep 2019 08:02:00 GMT", 120), ("Wed, 11 Sep 2019 07:00:00 GMT", 0), ("", None),
     ("soon", None), ("-5", None), ("9" * 50, 10**8), ("Wed, 99 Sep 2019", None)],
)
def test_what_retry_after_says(stated: str, seconds: float | None) -> None:
    headers = {"retry-after": stated, "date": "Wed, 11 Sep 2019 08:00:00 GMT"}
    assert retry_after_s(Answer(HERE, 503, headers, b"")) == seconds


SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>http://news.example/old</loc><lastmod>2019-09-01</lastmod></url>
<url><loc>http://news.example/new</loc><lastmod>2019-09-11T08:00:00+03:00</lastmod></url>
<url><loc>http://news.example/undated</loc></url><url><loc>file:///etc/passwd</loc></url><!-- x -->
</urlset>"""
INDEX = b"""<sitemapindex><sitemap><loc>http://news.example/s1.xml</loc></sitemap>
<sitemap><loc>http://news.example/gone.xml</loc></sitemap></sitemapindex>"""


def test_a_sitemap_gives_its_pages_newest_first_within_limits() -> None:
    def load(url: str) -> bytes:
        return {"i": INDEX, "http://news.example/s1.xml": gzip.compress(SITEMAP)}.get(url, b"<html/>")

    assert [u.rpartition("/")[2] for u in pages_of("i", load, limit=9)] == ["new", "old", "undated"]
    assert [u.rpartition("/")[2] for u in pages_of("i", load, limit=9, since=date(2019, 9, 5))] == ["new", "undated"]
    assert len(pages_of("i", load, limit=1)) == 1


def test_a_sitemap_of_news_has_days_of_its_own() -> None:
    news = b"<news:news><news:publication_date>2019-09-11</news:publication_date></news:news>"
    data = b'<urlset xmlns:news="n"><url><loc>http://news.example/1</loc>' + news + b"</url></urlset>"
    assert [page.changed for page in read_sitemap(data)[1]] == [date(2019, 9, 11)]


@pytest.mark.parametrize("data", [b"", b"<html/>", b"<!DOCTYPE a><urlset/>", b"<urlset><url>", b"\x1f\x8bxx"])
def test_what_is_no_sitemap_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_sitemap(data)


def test_a_sitemap_and_its_pages_are_fetched_politely(web: Web, clock: Clock) -> None:
    web.replies["", "/sitemap.xml"] = Reply(SITEMAP)
    inputs = of_sitemap(f"{HERE}sitemap.xml", visitor(web, clock), since=None, limit=2)
    assert [i.origin for i in inputs] == [f"{HERE}new", f"{HERE}old"]
    assert inputs[0].load().data == b"here"
    assert web.paths() == ["/robots.txt", "/sitemap.xml", "/new"]


def test_paths_addresses_and_standard_input_become_inputs(web: Web, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words", "utf-8")
    words = [str(tmp_path), f"{HERE}a", "-", str(tmp_path / "a.txt"), str(tmp_path / "none")]
    inputs, rejected = gathered(words, visitor(web, clock), io.BytesIO(b"text"), "txt")
    assert [i.origin for i in inputs] == [str(tmp_path / "a.txt"), f"{HERE}a", "-"]
    assert [i.load().data for i in inputs] == [b"words", b"here", b"text"]
    assert [r.origin for r in rejected] == [str(tmp_path / "none")]


def test_a_list_of_addresses() -> None:
    assert list(listed(["# mine", "", f" {HERE}a \n", f"{HERE}b"])) == [f"{HERE}a", f"{HERE}b"]
    with pytest.raises(BadInput, match="Line 2"):
        list(listed([f"{HERE}a", "/etc/passwd"]))
