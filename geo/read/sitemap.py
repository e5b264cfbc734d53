"""A sitemap -> the addresses of pages it lists, newest first; an index of sitemaps is followed one step down."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from lxml import etree

from geo.read.days import day_of
from geo.read.packed import inflated
from geo.read.plain import publisher_of
from geo.records import BadInput

PAGE_LIMIT = 50_000
"""Addresses of one sitemap: the protocol allows no more."""
MAP_LIMIT = 50
"""Sitemaps of one index that are looked into, the latest first."""
_DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.I)


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a sitemap; `changed` is the day it states."""

    url: str
    changed: date | None


def pages_of(url: str, load: Callable[[str], bytes], *, since: date | None = None, limit: int) -> tuple[str, ...]:
    """At most `limit` addresses, the last changed first; entries without a day come last and count as new.

    `load` fetches an address. BadInput when the first address holds no sitemap; a broken one in an index is passed
    over.
    """
    maps, pages = read_sitemap(load(url))
    for inner in maps[:MAP_LIMIT]:
        if since and inner.changed and inner.changed < since:
            continue
        try:
            pages += read_sitemap(load(inner.url))[1]
        except BadInput:
            continue
        if len(pages) >= PAGE_LIMIT:
            break
    wanted = [p for p in pages if not (since and p.changed and p.changed < since)]
    return tuple(dict.fromkeys(page.url for page in _newest_first(wanted)))[:limit]


def read_sitemap(data: bytes) -> tuple[list[Listed], list[Listed]]:
    """(sitemaps, pages), each newest first. BadInput for what is neither a sitemap nor an index of them."""
    if data[:2] == b"\x1f\x8b":
        data = inflated(data)
    if _DECLARATION.search(data):
        raise BadInput("The sitemap declares entities or a document type; it is not read.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadInput(f"It is no sitemap ({error}).") from None
    kind = etree.QName(root).localname
    if kind not in ("urlset", "sitemapindex"):
        raise BadInput(f"It is no sitemap: its first element is {kind[:40]!r}.")
    found = _newest_first(_entries(root))
    return (found, []) if kind == "sitemapindex" else ([], found)


def _entries(root: etree._Element) -> Iterator[Listed]:
    for number, entry in enumerate(root.iterchildren(tag=etree.Element)):
        if number >= PAGE_LIMIT:
            return
        values = {etree.QName(child).localname: (child.text or "").strip()
                  for child in entry.iterchildren(tag=etree.Element)}
        if publisher_of(values.get("loc", "")):
            yield Listed(values["loc"], _day(values.get("lastmod", "") or _published(entry)))


def _published(entry: etree._Element) -> str:
    """What a sitemap of news says instead of the day of the last change."""
    return next((str(e.text or "").strip() for e in entry.iter("{*}publication_date")), "")


def _day(stated: str) -> date | None:
    try:
        return day_of(stated) if stated else None
    except BadInput:
        return None


def _newest_first(entries: Iterator[Listed] | list[Listed]) -> list[Listed]:
    return sorted(entries, key=lambda e: (e.changed is None, -(e.changed or date.min).toordinal()))
