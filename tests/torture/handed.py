"""What people and servers hand in beside articles: robots.txt, sitemaps, configurations, lists, tables of places.

Each kind is a sound one and what is done with it; an outcome is whether it was refused with a sentence.
"""

import tempfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

from geo.inputs import listed
from geo.locate import Additions, Gazetteer
from geo.locate.places_file import check_places
from geo.read.columns import told_columns
from geo.read.robots import read_robots
from geo.read.sitemap import pages_of
from geo.records import GeoError
from geo.watch_config import read_config

ROBOTS = b"""User-agent: *
Disallow: /private/
Allow: /private/open*.html$
Crawl-delay: 2.5
User-agent: dateline
User-agent: other/2.1
Disallow: /*/print # no paper
Disallow: /%7Eanna/a%2Fb
Allow: /
Sitemap: https://news.example/map.xml
"""
SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://news.example/1</loc><lastmod>2019-09-11T08:00:00+02:00</lastmod></url>
<url><loc>https://news.example/2?a=b&amp;c=d</loc><lastmod>2019-09</lastmod></url>
<url><loc>https://news.example/3</loc><news:news><news:publication_date>2019-09-12</news:publication_date></news:news></url>
</urlset>"""
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://news.example/a.xml</loc><lastmod>2019-09-11</lastmod></sitemap>
<sitemap><loc>https://news.example/b.xml.gz</loc></sitemap></sitemapindex>"""
CONFIG = b"""every = "15m"
contact = "desk@news.example"
[[feed]]
url = "https://news.example/feed.rss"
every = "90s"
pages = true
pages_most = 20
[[feed]]
url = "https://other.example/atom"
[[folder]]
path = "incoming/new"
every = "5s"
"""
COLUMNS = b"text=Body of it, date = published_at,title=head,source=who,url=link"
ADDRESSES = b"# morning\nhttps://news.example/1\n\nhttp://news.example/2?x=%C3%A9\nhttps://other.example:8443/a\n"
TABLE = b"""name,alternates,lat,lon,feature,country,population,radius_km,within,gazetteer_id
Our Village,Old|Older,35.5,43.5,village,IQ,1200,3,,
Camp,,36.1,42.2,CMP,Iraq,,,,own:camp
"Tall, Two",,36.5,42.5,PPL,IQ,0,1.5,gn:98182,
"""
GEOJSON = b"""{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"name": "Our Village", "country": "IQ", "alternates": ["Old", "Older"]},
 "geometry": {"type": "Point", "coordinates": [43.5, 35.5]}},
{"type": "Feature", "properties": {"name": "Our Valley", "country": "IQ", "feature": "VAL"}, "geometry":
 {"type": "Polygon", "coordinates": [[[43, 35], [44, 35], [44, 36], [43, 35]]]}}]}"""
PATHS = ("/", "/private/open.html", "/a/print", "/~anna/a%2fb?q=1", "/private/openly.html$", "/" + "a*" * 200)


def _robots(data: bytes) -> None:
    for name in ("dateline", "other"):
        robots = read_robots(data, name)
        for path in PATHS:
            robots.allows(path)


def _sitemap(data: bytes) -> None:
    pages_of("https://news.example/map.xml", lambda _: data, since=date(2019, 9, 1), limit=50)


def _index(data: bytes) -> None:
    pages_of("https://news.example/map.xml", lambda url: SITEMAP if url.endswith("a.xml") else data, limit=50)


def _config(data: bytes) -> None:
    path = _folder() / "watch.toml"
    path.write_bytes(data)
    read_config(path)


def _columns(data: bytes) -> None:
    told_columns(data.decode("utf-8", "surrogateescape"))


def _addresses(data: bytes) -> None:
    list(listed(data.decode("utf-8", "surrogateescape").splitlines()))


def _places(name: str) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        checked = check_places(Path(name), data, _additions(), _gazetteer())
        assert all(words.strip() for words in checked.complaints)
        for one in checked.places:
            assert one.row.name.strip(), "a place without a name"
            assert abs(one.row.lat) <= 90, one.row
            assert abs(one.row.lon) <= 180, one.row

    return check


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="dateline-torture-"))


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer.open(places=_folder() / "none.sqlite")


@cache
def _additions() -> Additions:
    return Additions(_folder() / "places.sqlite")


KINDS: dict[str, tuple[bytes, Callable[[bytes], None]]] = {
    "robots.txt": (ROBOTS, _robots), "sitemap": (SITEMAP, _sitemap), "index of sitemaps": (INDEX, _index),
    "watch configuration": (CONFIG, _config), "columns": (COLUMNS, _columns),
    "list of addresses": (ADDRESSES, _addresses),
    "places.csv": (TABLE, _places("places.csv")), "places.geojson": (GEOJSON, _places("places.geojson")),
}  # fmt: skip
"""What is handed in: a sound one, and what is done with its bytes."""


def refused(kind: str, data: bytes) -> str:
    """The sentence with which it is refused, "" where it is taken; any other error is a fault and comes out."""
    try:
        KINDS[kind][1](data)
    except GeoError as error:
        return str(error)
    return ""
