"""Where a name begins and ends: edge marks, possessives, directions, hyphens, short forms, head nouns.

Inside, a name keeps the small head noun that says what it is ("Kirkuk region" is a province, "Al Hol camp" a camp).
Outside, `marked` gives it as readers and annotators mark it (data/corpus/GUIDELINE.md): small head nouns are out.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from geo.locate.cues import rules
from geo.locate.gazetteer import Gazetteer, MatchKind
from geo.locate.names import ARTICLES
from geo.records import Mention, MentionKind, Span

TOWN = 15_000
"""People: a smaller namesake inside an organisation's name counts only when the article names the place as well."""
EDGE = " \t\r\n.,;:!?\"“”‘’'`()[]{}<>–—-/\\|*#@&"
_INNER = re.compile(r"(?<=[a-z])['’‘ʿʾ`](?!(?:s|re|ve|ll|d|t|em)\b)[a-z]+")
"""The rest of a name cut at its glottal stop ("Maarrat al-Nu’man")."""
_AFTER_ARTICLE = re.compile(r"-['’‘ʿʾ`]?[A-Z][\w'’]*")
"""The rest of a name cut behind its article ("Bab el-Oued")."""
_INITIALS = re.compile(r"(?:^|[\s.-])(?:[A-Z]\.)+[A-Z]$")
"""A short form that lacks its last full stop ("Washington D.C")."""
_UNIT = re.compile(r"\s(?:Co|Twp)$")
_BODY = re.compile(r"\s(?:City|State|Town|Village|District|Area)$")
"""After a town's name, and before the name of a body, a part of the body's name ("Dublin City Council")."""
_SEAM = re.compile(r"\.|\.?(?:[ -]|\s(?:and|of|of\sthe|&)\s)")
_GOES_ON = re.compile(r"\s(?!(?:and|And|AND)\b)[A-Z][a-z]")
PARTY = re.compile(r"(?:D|R|I|DFL|L)-(?=[A-Z][a-z.])")


def trimmed(text: str, start: int, end: int, gazetteer: Gazetteer, *, place: bool) -> list[tuple[int, int]]:
    """Less edge marks, possessives and "-based" behind; a place also less directions in front, compounds in parts."""
    line = text.find("\n", start, end)
    end = line if line > start else end
    while start < end and text[start] in EDGE:
        start += 1
    while start < end and text[end - 1] in EDGE:
        end -= 1
    for tail in ("'s", "’s", "-based", "-area", "-led"):
        if text[start:end].endswith(tail):
            end -= len(tail)
    if place:
        start, end = _place_edges(text, start, end, gazetteer)
    if start >= end or not any(c.isalpha() for c in text[start:end]):
        return []
    if place and "-" in text[start:end] and not gazetteer.has_name(text[start:end]):
        return _split_hyphen(text, start, end, gazetteer)
    if text[end:end + 1] == "." and is_abbreviation(text[start:end + 1], gazetteer):
        end += 1
    return [(start, end)]


def _place_edges(text: str, start: int, end: int, gazetteer: Gazetteer) -> tuple[int, int]:
    """With what a recogniser cut off at an apostrophe or article, less directions and words of a body's name."""
    if seat := PARTY.match(text, start, end):
        start = seat.end()
    if inner := _INNER.match(text, end):
        end = inner.end()
    if text[start:end].rpartition(" ")[2].rpartition("-")[2].lower() in ARTICLES:
        rest = _AFTER_ARTICLE.match(text, end)
        end = rest.end() if rest else end
    while (space := text.find(" ", start, end)) > 0:
        if not _is_direction(text[start:space], text[space + 1:end], gazetteer):
            break
        start = space + 1
    body = _BODY.search(text[start:end])
    if body and _GOES_ON.match(text, end) and not is_own_name(text[start:end], gazetteer):
        end = start + body.start()
    return start, end


def is_own_name(name: str, gazetteer: Gazetteer) -> bool:
    """Whether a place is called just so, its head word included."""
    return any(c.match is not MatchKind.RELAXED for c in gazetteer.candidates(name))


def is_abbreviation(name: str, gazetteer: Gazetteer) -> bool:
    """Whether the full stop at its end belongs to the name ("Ariz.", "U.S."); capitals have none or one for each."""
    if _INITIALS.search(name[:-1]) or _UNIT.search(name[:-1]):
        return True
    if name.isupper() and name.count(".") == 1 and len(name) > 2:
        return False
    short = [c for c in gazetteer.candidates(name) if c.match is MatchKind.ABBREVIATION]
    return bool(short) and all(len(part) <= 5 for part in re.split(r"[\s.]+", name))


def _is_direction(word: str, rest: str, gazetteer: Gazetteer) -> bool:
    """Whether a word before a name is no part of it: always in small letters, else if the whole is no known name."""
    if word.lower() not in rules().directions or not rest[:1].isupper():
        return False
    if word.islower() or word == "The":
        return True
    core = rest.split()
    while len(core) > 1 and core[0].lower() in rules().directions:
        core = core[1:]
    return not gazetteer.has_name(f"{word} {rest}") and gazetteer.has_name(" ".join(core))


def _split_hyphen(text: str, start: int, end: int, gazetteer: Gazetteer) -> list[tuple[int, int]]:
    """The parts of "Washington-Moscow", places of some size each; else the whole: it is one name ("Deir ez-Zor")."""
    parts, at = [], start
    for part in text[start:end].split("-"):
        parts.append((at, at + len(part)))
        at += len(part) + 1
    several = all(b - a > 2 and text[a].isupper() and is_big(text[a:b], gazetteer) for a, b in parts)
    return parts if several else [(start, end)]


def is_big(name: str, gazetteer: Gazetteer) -> bool:
    """A name that is more likely the place than a founder or a common word: a unit, or a town of some size."""
    return any(c.place.feature_code.startswith(("PCL", "ADM1", "ADM2")) or (c.place.population or 0) >= TOWN
               for c in gazetteer.candidates(name) if c.match is not MatchKind.RELAXED)  # fmt: skip


def widened(text: str, start: int, end: int) -> int:
    """The end of a place's name with the head noun that follows ("Kirkuk region", not "Denver District Judge")."""
    head = rules().head.match(text, end)
    if head is None or "\n" in head[0] or not text[start].isupper():
        return end
    return end if _BODY.fullmatch(head[0]) and _GOES_ON.match(text, head.end()) else head.end()


def joined(text: str, spans: Sequence[tuple[int, int]], gazetteer: Gazetteer) -> list[tuple[int, int]]:
    """Neighbours that are one name of the gazetteer's, in text order ("Jammu and" "Kashmir", "E" "U.")."""
    found = []
    for (start, end), (after, stop) in pairwise(sorted(spans)):
        if _SEAM.fullmatch(text, end, after) and is_own_name(text[start:stop], gazetteer):
            dotted = text[stop:stop + 1] == "." and is_abbreviation(text[start:stop + 1], gazetteer)
            found.append((start, stop + dotted))
    return found


def marked(text: str, mention: Mention) -> Span:
    """The mention as readers mark it: without a head noun in small letters."""
    start, end = mention.span.start, mention.span.end
    if mention.kind is MentionKind.DEMONYM:
        return mention.span
    while (head := rules().tail.search(text[start:end])) and head[0].lstrip()[0].islower() and head.start() > 0:
        end = start + head.start()
    return Span(start, end)
