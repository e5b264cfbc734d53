"""A Markdown file -> one Article: its front matter states the fields, its first heading is the title."""

import re
from dataclasses import replace

from geo.read.days import day_of
from geo.read.identity import article_id
from geo.read.plain import publisher_of, read_plain
from geo.records import Article, BadInput, How

_FRONT = re.compile(r"---[ \t]*\r?\n(?P<lines>.{0,20000}?\n)---[ \t]*(?:\r?\n|$)", re.S)
_PAIR = re.compile(r"(\w[\w-]{0,40})[ \t]*:[ \t]*(\S.*)")
_KEYS = {"title": "title", "date": "date", "published": "date", "source": "source", "publisher": "source",
         "url": "url", "link": "url", "canonical_url": "url"}
_HEADING = re.compile(r"\s{0,3}#{1,6}[ \t]+(?P<title>[^\n]{1,500}?)[ \t#]*(?:\n\s*|$)")


def read_markdown(text: str, name: str) -> Article:
    """The text is what follows the front matter, its marks as written. BadInput as `read_plain`."""
    front = _FRONT.match(text)
    given = _stated(front["lines"]) if front else {}
    text = text[front.end():].lstrip("\r\n") if front else text
    article = read_plain(text, name)
    how = [h for h in article.how if h.field not in given]
    title, body = article.title, article.body_start
    if heading := _HEADING.match(text):
        title, body = heading["title"], heading.end()
        if not text[body:].strip():
            raise BadInput("There is no running text under the heading.")
        how = [h for h in how if h.field != "title"]
        how += [] if "title" in given else [How("title", "from the first heading", 0.9)]
    how += [How(key, "from the front matter", 1.0) for key in given]
    url = given.get("url", article.url)
    source = given.get("source") or article.source or publisher_of(url)
    if source and not any(h.field == "source" for h in how):
        how.append(How("source", "from the address", 0.8))
    published = day_of(given["date"]) if "date" in given else article.published
    return replace(article, id=article_id(url, text), url=url, title=given.get("title", title), source=source,
                   published=published, body_start=body, how=tuple(how))


def _stated(lines: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines.splitlines():
        if (pair := _PAIR.fullmatch(line.rstrip())) and (key := _KEYS.get(pair[1].lower())):
            found.setdefault(key, pair[2].strip().strip("\"'"))
    return {key: value for key, value in found.items() if value}
