"""What several pages share: the styles, HTML that is escaped by construction, and small blocks."""

import html
import json
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Literal
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.filters import ROUTE
from geo.records import Article, Event, Findings, MentionKind, Route, Span
from geo.show import titles, words
from geo.show.api import LANGUAGE as LANGUAGE
from geo.show.details import safe_link, type_and_glyph
from geo.show.language import catalogue, direction, languages, say, term, way
from geo.show.mapview import versioned

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
KEPT_LANGUAGE = "dateline_language"
"""The cookie with the language that was chosen, where that is not the browser's own (data/web/address.js)."""

_BREAK = "\u2028"
"""A line break on its way through `clean`, which makes spaces of control characters."""


class Html(str):
    """Markup made by `el`; every other string is text and gets escaped."""

    __slots__ = ()


def el(name: str, *children: object, css: str = "", **attributes: str) -> Html:
    """An element; children that are not Html are written as text, None is left out."""
    given = {"class": css, **attributes}
    head = "".join(f' {key}="{html.escape(value)}"' for key, value in given.items() if value)
    body = "".join(c if isinstance(c, Html) else html.escape(words.clean(str(c))) for c in children if c is not None)
    return Html(f"<{name}{head}>{body}</{name}>")


def line(*children: object, css: str) -> Html:
    """A line of our own words with names in it, in the direction that fits them."""
    return el("div", *children, css=css, dir=way("".join(str(child) for child in children)))


def show(*blocks: Html) -> None:
    """Writes markup of `el` to the page."""
    st.html("".join(blocks))


def md(text: str) -> str:
    """Text for a label in Markdown: every punctuation mark escaped, on one line."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(words.clean(text).split()))


def theme() -> Literal["light", "dark"]:
    """The reader's theme; the base map follows it."""
    return "dark" if st.context.theme.type == "dark" else "light"


@st.cache_resource(show_spinner=False)
def component(files: str) -> Any:
    """A component of data/web/FILES.js and FILES.css, which the browser fetches itself: a run of the page names them.

    The script gets an element of the class dl-FILES to fill.
    """
    script, style = json.dumps(versioned(f"{files}.js")), versioned(f"{files}.css")
    return st.components.v2.component(
        f"dateline_{files}", html=f'<link rel="stylesheet" href="{style}"><div class="dl-{files}"></div>',
        js="export default async (component) =>\n"  # a text of one line would be taken for the name of a file
           f"(await import(new URL({script}, window.location.origin).href)).default(component);\n",
    )


def embedded() -> bool:
    """Whether the address asks for the map alone (embed=1); Streamlit keeps that key from `st.query_params`."""
    context = get_script_run_ctx()
    asked = parse_qs(context.query_string).get("embed", []) if context else []
    return bool({"1", "true"} & set(asked))


def styles() -> None:
    """The style sheets of the page, by name: the browser keeps them, a run of the page does not carry them again."""
    turned, alone = direction() == "rtl", embedded()
    wanted = {"page.css": True, "page.dark.css": theme() == "dark", "page.rtl.css": turned, "embed.css": alone}
    imports = "".join(f'@import url("{versioned(name)}");' for name, wants in wanted.items() if wants)
    st.html(f"<style>{imports}</style>")


def language() -> str:
    """The language asked for in the address, else the one chosen before, else the browser's own."""
    state, known = st.session_state, languages()
    given, kept = st.query_params.get(LANGUAGE, ""), st.context.cookies.get(KEPT_LANGUAGE, "")
    if given in known:
        state["language"] = given
    elif "language" not in state and kept in known:
        state["language"] = kept
    return str(state.get("language") or (st.context.locale or "").split("-")[0])


def chosen_language() -> str:
    """The language somebody chose, now or before; "" where the browser's own is spoken."""
    return str(st.session_state.get("language", ""))


def change_to(code: str) -> Any:
    """A link among the pages that leads to the map in another language."""

    def change() -> None:
        st.session_state["language"] = code
        st.switch_page("map.py")

    return st.Page(change, title=catalogue(code).name, icon=":material/translate:", url_path=f"in-{code}")


def while_open(page: str) -> Literal["visible", "hidden"]:
    """A page about one thing stands in the top links only while something is open there."""
    return "visible" if st.session_state.get(f"open-{page}") else "hidden"


def asked_id(page: str) -> str:
    """The id in the page's address, else the last one that was open; "" for none."""
    identity = st.query_params.get("id", "") or st.session_state.get(f"open-{page}", "")
    st.session_state[f"open-{page}"] = identity
    if identity and st.query_params.get("id") != identity:
        st.query_params["id"] = identity
    return str(identity)


def glyph(name: str, label: str = "", *, hollow: bool = False) -> str:
    """The glyph as an image in Markdown; "" for a type without one."""
    return f"![{md(label)}]({glyph_url(name, hollow=hollow)})" if name else ""


def glyph_url(name: str, *, hollow: bool = False) -> str:
    """Our own address of the image."""
    return f"/web/glyphs/{name}{'.hollow' if hollow else ''}-{theme()}.svg"


def marked(text: str, marks: Iterable[tuple[Span, str]]) -> list[Html]:
    """The text cut where a mark begins or ends, each piece with the classes of the marks over it."""
    pairs = list(marks)
    shown, moved = words.cleaned(text.replace("\n", _BREAK), [span for span, _ in pairs])
    both = [(span, kind) for span, (_, kind) in zip(moved, pairs, strict=True) if span]
    cuts = sorted({0, len(shown), *(at for span, _ in both for at in (span.start, span.end))})
    pieces = []
    for start, end in pairwise(cuts):
        kinds = sorted({f"dl-{kind}" for span, kind in both if span.start <= start and end <= span.end})
        pieces.append(el("span", shown[start:end], css=" ".join(kinds)))
    return pieces


def text_block(text: str, marks: Iterable[tuple[Span, str]]) -> Html:
    """A whole text, line breaks kept; its direction follows its first letter."""
    lines = "".join(marked(text, marks)).replace(_BREAK, "<br>")
    return Html(f'<div class="dl-text" dir="auto">{lines}</div>')


def found_marks(findings: Findings) -> list[tuple[Span, str]]:
    """What was found in an article, as marks for its text."""
    marks: list[tuple[Span, str]] = [
        (t.mention.span, "place") for t in findings.toponyms if t.place and t.mention.kind is MentionKind.PLACE
    ]
    said = [e for event in findings.events for e in event.evidence]
    for evidence in (*said, *(e for route in findings.routes for e in route.evidence)):
        marks.append((evidence.span, "sentence"))
        marks += [(s, k) for s, k in ((evidence.trigger, "trigger"), (evidence.when, "when")) if s]
    return marks


def finding_title(found: Event | Route) -> str:
    """Glyph and title of an event or a route, in Markdown."""
    label, image = type_and_glyph(found.event_type if isinstance(found, Event) else ROUTE)
    return f"{glyph(image, label)} **{md(titles.shown(found))}**"


def finding_line(found: Event | Route, *, status: bool = True, place: bool = True) -> Html:
    """The line below such a title: how it is told, when, and how well its place is known."""
    sketch = say("drawn as a sketch, not a road")
    where = words.place_note(found.where) if isinstance(found, Event) else sketch
    told = (words.status_words(found.status) if status else "", words.when_short(found.when), where if place else "")
    return el("div", " · ".join(part for part in told if part), css="dl-lines")


def sentence_block(sentence: dict[str, Any]) -> Html:
    """A quoted sentence of `details`, with its marks."""
    marks = [(Span(m["start"], m["end"]), m["kind"]) for m in sentence["marks"]]
    return el("blockquote", *marked(sentence["text"], marks), css="dl-quote", dir="auto")


def facts(rows: Iterable[tuple[str, str, str]]) -> Html:
    """Label, value and the small reason under it."""
    cells = [
        cell for label, text, reason in rows if text
        for cell in (el("dt", label), el("dd", _line("div", text), _line("small", reason) if reason else None))
    ]
    return el("dl", *cells, css="dl-facts")


def _line(name: str, text: str) -> Html:
    return el(name, text, dir=way(text))


def key_of_marks() -> Html:
    """Every colour of a mark is also named."""
    named = (("trigger", term("what happened")), ("place", term("where")), ("when", term("when")),
             ("quantity", term("how much")))
    keys = (x for k, n in named for x in (el("span", say(n), css=f"dl-{k}"), " "))
    return el("div", say("Marks:"), " ", *keys, css="dl-small")


def source_link(article: Article) -> None:
    """The article's own address, as a link when it is a plain http or https one."""
    if safe_link(article.url):
        st.link_button(say("Original article"), article.url, icon=":material/open_in_new:")
