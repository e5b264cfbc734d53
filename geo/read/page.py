"""A saved or fetched web page -> one Article: the running text by trafilatura, the rest from what the page states.

Only bytes go in: nothing here opens an address or a path. Each field keeps the tag that gave it.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import date
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree

from geo.read.address import URL_LIMIT
from geo.read.days import day_of
from geo.read.identity import article_id, checked
from geo.read.markup import decoded, tidied
from geo.read.plain import days_of, publisher_of
from geo.records import Article, BadInput, How

WORD_LIMIT = 500
"""Code points of a title or publisher; what is longer is cut."""
LD_LIMIT = 1000
"""JSON-LD objects looked at in one page."""

_DAY_METAS = ("article:published_time", "datepublished", "date", "dc.date.issued", "dc.date", "dcterms.created",
              "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "og:article:published_time")
CELL_LIMIT = 200
"""Characters of a cell of a table that holds figures or names."""
_CELLS = re.compile(r"^\|.{200,}", re.M)
"""A row of a table that is an article."""
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d{1,5}\)(https?://[^\s>]{1,2000})", re.I)
Stated = Iterator[tuple[str, float, str]]
"""(rule, confidence, value), the surest first."""


def read_page(data: bytes, address: str = "", charset: str = "") -> Article:
    """The article of a page; `address` is where it was fetched, "" for a saved file. BadInput for no running text."""
    markup = decoded(data, charset).replace("\0", "")
    root = _tree(markup)
    ld = _json_ld(root)
    metas = _metas(root)
    how: list[How] = []

    def first(field: str, stated: Stated) -> str:
        for rule, sure, value in stated:
            if value := " ".join(value.split())[: URL_LIMIT if field == "url" else WORD_LIMIT]:
                how.append(How(field, rule, sure))
                return value
        return ""

    url = first("url", _urls(root, metas, markup, address))
    title = first("title", _titles(root, metas, ld))
    published = _published(root, metas, ld, url, how)
    source = first("source", _sources(metas, ld, url))
    text, body = _running_text(root, title)
    how.append(How("text", "by trafilatura", 0.8))
    if published is None:
        # The name of the file says when it was saved at best.
        for rule, sure, day in islice(days_of(text, body, ""), 1):
            published = day
            how.append(How("date", rule, sure))
    return Article(article_id(url, text), url, title, text, source, published, body, tuple(how))


def _tree(markup: str) -> lxml.html.HtmlElement:
    try:
        # A declaration inside would contradict what is already characters.
        root = lxml.html.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", markup))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise BadInput(f"It is no HTML page ({error}).") from None
    if not isinstance(root, lxml.html.HtmlElement):
        raise BadInput("It is no HTML page: there is no element in it.")
    return root


def _running_text(root: lxml.html.HtmlElement, title: str) -> tuple[str, int]:
    """The paragraphs, and where they start when the first only repeats the title."""
    headings = [" ".join(h.text_content().split()) for h in islice(root.iter("h1"), 2)]
    for silent in list(root.iter("noscript", "script", "style")):
        if not _is_ld(silent):  # it may hold the very text
            silent.drop_tree()  # "You need to enable JavaScript" is no article; the rest is only copied along
    laid_out = _without_layout_tables(root)
    text = _extracted(root)
    if laid_out is not None and (not text or _CELLS.search(text)):
        text = _extracted(laid_out)
    if not text:
        raise BadInput("There is no running text in the page.")
    head, gap, rest = text.partition("\n\n")
    return checked(text), len(head + gap) if rest and head in (title, *headings[: len(headings) == 1]) else 0


def _extracted(root: lxml.html.HtmlElement) -> str:
    # Imported when the first page comes: it takes longer than all else, and most runs read no page.
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = trafilatura.bare_extraction(root, with_metadata=False, include_comments=False, include_formatting=False)
    return tidied(str(getattr(found, "text", "") or ""))


def _without_layout_tables(root: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """A copy of an old page, whose columns are cells of a table and whose paragraphs stand between two line breaks,
    with plain blocks for both; None for a page without a cell as long as an article."""
    if not any(len(cell.text_content()) > CELL_LIMIT for cell in islice(root.iter("td"), LD_LIMIT)):
        return None
    markup = lxml.html.tostring(root, encoding="unicode")
    markup = re.sub(r"<(/?)(?:table|tbody|thead|tfoot|tr|td|th|center|font)\b[^>]*>", r"<\1div>", markup, flags=re.I)
    return _tree(re.sub(r"(?:<br\b[^>]*>\s*){2,}", "</p><p>", markup, flags=re.I))


# --- what the page states


def _metas(root: lxml.html.HtmlElement) -> dict[str, str]:
    """name, property or itemprop in small letters -> content, the first of each."""
    found: dict[str, str] = {}
    for meta in islice(root.iter("meta"), LD_LIMIT):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if key and meta.get("content"):
            found.setdefault(key.strip().lower(), meta.get("content").strip())
    return found


def _json_ld(root: lxml.html.HtmlElement) -> Mapping[str, Any]:
    """The first JSON-LD object that calls itself an article or a posting; {} without one."""
    for script in islice(root.iter("script"), LD_LIMIT):
        if not _is_ld(script):
            continue
        queue: list[Any] = [_ld_value(script.text or "")]
        for _ in range(LD_LIMIT):
            if not queue:
                break
            item = queue.pop(0)
            if isinstance(item, list):
                queue += item[:LD_LIMIT]
            elif isinstance(item, dict):
                if re.search(r"Article|Posting|Report", str(item.get("@type"))):
                    return item
                queue.append(item.get("@graph"))
    return {}


def _is_ld(element: lxml.html.HtmlElement) -> bool:
    """Whether it is JSON-LD, and no program."""
    return (element.get("type") or "").strip().lower() == "application/ld+json"


def _ld_value(written: str) -> Any:
    """Also of JSON as people write it, with line breaks inside strings and a comma too many; None for no JSON."""
    for text in (written, re.sub(r",\s*([}\]])", r"\1", written)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _words(value: Any) -> str:
    """A JSON-LD value as words: itself, or the name of the thing or of the first thing."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("name")
    return unescape(value) if isinstance(value, str) else ""


def _urls(root: lxml.html.HtmlElement, metas: Mapping[str, str], markup: str, address: str) -> Stated:
    """A fetched page is believed about its own address only on the host it came from."""
    base = address
    if not base and (saved := _SAVED_FROM.search(markup[:4096])):
        base = saved[1]
    links = (link for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    canonical = next((link.get("href") or "" for link in links), "")
    stated = (("from the link rel=canonical", canonical), ("from the meta tag og:url", metas.get("og:url")))
    for rule, value in stated:
        url = _absolute(base, value) if value and value.strip() else ""
        if url and (not address or publisher_of(url) == publisher_of(address)):
            yield rule, 0.95, url
    if base:
        yield ("the address it was fetched from", 1.0, address) if address else ("noted by the browser", 0.9, base)


def _absolute(base: str, stated: str) -> str:
    """An http(s) address with a host, "" for anything else."""
    try:
        url = urljoin(base, stated.strip())
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname and len(url) <= URL_LIMIT else ""
    except ValueError:
        return ""


def _titles(root: lxml.html.HtmlElement, metas: Mapping[str, str], ld: Mapping[str, Any]) -> Stated:
    yield "from JSON-LD", 0.95, _words(ld.get("headline"))
    yield "from the meta tag og:title", 0.95, metas.get("og:title", "")
    headings = [h.text_content() for h in islice(root.iter("h1"), 2)]
    if len(headings) == 1:
        yield "from the only h1", 0.8, headings[0]
    for title in islice(root.iter("title"), 1):
        yield "from the title tag", 0.7, title.text or ""


def _sources(metas: Mapping[str, str], ld: Mapping[str, Any], url: str) -> Stated:
    yield "from JSON-LD", 0.95, _words(ld.get("publisher"))
    yield "from the meta tag og:site_name", 0.95, metas.get("og:site_name", "")
    yield "from the address", 0.8, publisher_of(url)


def _published(
    root: lxml.html.HtmlElement, metas: Mapping[str, str], ld: Mapping[str, Any], url: str, how: list[How]
) -> date | None:
    """The first stated day that exists; htmldate last, for the markup it knows and the day in an address."""
    stated = [("from JSON-LD", 0.95, _words(ld.get("datePublished")))]
    stated += [(f"from the meta tag {key}", 0.95, metas[key]) for key in _DAY_METAS if key in metas]
    times = [t for t in islice(root.iter("time"), LD_LIMIT) if t.get("datetime")]
    stated += [("from the time tag", 0.85, t.get("datetime")) for t in times if t.get("itemprop") == "datePublished"]
    stated += [("from the only time tag", 0.75, t.get("datetime")) for t in times if len(times) == 1]
    for rule, sure, value in stated:
        try:
            day = day_of(value) if value else None
        except BadInput:
            continue
        if day:
            how.append(How("date", rule, sure))
            return day
    from htmldate import find_date  # imported late for the same reason as trafilatura

    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    # A fixed last day: by default it is today, and the same page would be read otherwise tomorrow.
    found = find_date(root, url=url or None, original_date=True, extensive_search=False, max_date="2099-12-31")
    if not found:
        return None
    changed = [metas[key] for key in metas if "modif" in key or "updated" in key]
    late = any(value.startswith(found) for value in changed)
    how.append(How("date", "when the page was changed", 0.4) if late else How("date", "by htmldate", 0.6))
    return day_of(found)
