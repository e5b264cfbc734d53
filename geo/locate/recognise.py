"""Text -> Mentions: the tagger, the parser's named entities and gazetteer names in place cues, joined.

The tagger knows contexts but not names, the gazetteer names but not contexts. Masks (people, organisations, media,
aircraft, months) are laid first; what is left is widened by its head noun ("Al Hol camp"), less small words.
"""

import re
from dataclasses import dataclass, replace
from typing import Protocol

from spacy.tokens import Doc

from geo.locate.cues import rules
from geo.locate.edges import PARTY, is_abbreviation, is_big, is_own_name, joined, trimmed, widened
from geo.locate.gazetteer import Gazetteer, MatchKind
from geo.locate.overlap import Drawers, occurrences
from geo.locate.tagger import TaggedSpan
from geo.records import Mention, MentionKind, Span

SURE = 0.80
"""A tagger's person or organisation at least so sure overrules the parser's place."""
CERTAIN = 0.90
"""A tagger's person or organisation so sure stands even where the words speak of war on a place."""
DOUBTFUL = 0.50
"""A tag less sure than this keeps nobody from looking a name up."""
SHORT = 3
"""A name of so few letters is looked up only after "in" or its like, and only if it is a place of some size."""
LONGEST = 5
"""Words in the longest name looked up without a recogniser's help."""
_TOKEN = re.compile(r"[^\W_]+")
_ROAD = re.compile(
    r"(?<!\w)(?:Route|Highway|Hwy|Interstate|Exit|Exits|Rt|State Road|County Road|I|U\.?S\.?)[ -]\d+\w*"
    r"|(?<!\w)[A-Z]{2,3}\$"  # US$ is money
)
_DATELINE = re.compile(
    r"(?:^|(?<=[.!?\n] )|(?<=\b(?:19|20)\d\d ))([A-Z][A-Za-z]{0,3}[A-Z]{2}[A-Z .'-]{0,30}?)"
    r"(?=(?:,\s[A-Z][\w. ]{1,20}?)?(?:\s\([A-Z][\w ]{1,15}\))?\s(?:—|–|--|-)\s)",
    re.MULTILINE,
)
_ARTICLE = re.compile(r"(?:^|\W)[Aa]n?\s$")
_NO_NOUN = re.compile(r"[.;:)]|,(?!\s[A-Z])|\s(?:and|from)\b")
"""With "a" before and no noun behind it a name is one of a kind ("the wreck of an Eagle, …")."""
_PLACE_ENTITIES = frozenset({"GPE", "LOC", "FAC"})
_NAME_ENTITIES = frozenset({"PERSON", "ORG", "NORP"})


class _Tags(Protocol):
    def tag(self, text: str) -> tuple[TaggedSpan, ...]: ...


@dataclass(frozen=True, slots=True)
class _Found:
    """A span on its way to a mention; stronger rank wins where two overlap."""

    start: int
    end: int
    rank: int
    found_by: str
    kind: MentionKind = MentionKind.PLACE
    nested_in: str = ""


def find_mentions(
    text: str, doc: Doc, tagger: _Tags, gazetteer: Gazetteer, *, title_end: int = 0
) -> tuple[Mention, ...]:
    """Names of places and demonyms in text order, no two overlapping; `doc` is the parse of the same text.

    `title_end` is where running text begins: nothing spans that border.
    """
    tags = _of_one_sense(text, tagger.tag(text))
    struck = _struck(text, tags, gazetteer)
    masks = _masks(text, tags, doc, struck)
    found = [*_tagged(tags), *_entities(text, doc, tags, gazetteer), *_demonyms(text, tags), *struck]
    found += _short(text, tags, gazetteer)
    found = [one for piece in found for one in _trimmed(text, piece, gazetteer)]
    places = [(one.start, one.end) for one in found if one.kind is MentionKind.PLACE and one.rank >= 2]
    found += [_Found(*span, 3, "model") for span in joined(text, places, gazetteer)]
    found = [_widened(text, one) for one in found]
    found = [one for one in found if not _refused(text, one, masks)]
    seats = [one for one in found if _is_building(text, one, gazetteer)]
    found = [one for one in found if one not in seats]
    found += [one for one in _nested(text, tags, doc, found, seats, gazetteer) if not _refused(text, one, masks)]
    found += [one for one in _written(text, gazetteer) if not _refused(text, one, masks)]
    found += [one for one in _cued(text, tags, found, gazetteer) if not _refused(text, one, masks)]
    found += [one for one in _repeated(text, found, tags) if not _refused(text, one, masks)]
    found = [one for one in found if not one.start < title_end < one.end]
    return tuple(replace(m, found_by="both") if m.found_by == "model" and gazetteer.has_name(m.name) else m
                 for m in _disjoint(text, found))  # fmt: skip


def _of_one_sense(text: str, tags: tuple[TaggedSpan, ...]) -> tuple[TaggedSpan, ...]:
    """A single word is one thing in one article: what is surely a place is no person elsewhere, if nobody bears it
    as the last word of a full name. The tagger sees no further than the words around ("MEDELLIN, 6 SEP")."""
    places = {text[t.start:t.end] for t in tags if t.label == "PLACE" and t.score >= SURE}
    places -= _surnames(text, tags)
    return tuple(t for t in tags if t.label != "PER" or text[t.start:t.end] not in places)


def _struck(text: str, tags: tuple[TaggedSpan, ...], gazetteer: Gazetteer) -> list[_Found]:
    """Names of the gazetteer after words of war, unless the tagger is all but certain of something else."""
    made, seen = [], Drawers(tags)
    for cue in rules().struck.finditer(text):
        words = [w.span() for w, _ in zip(_TOKEN.finditer(text, cue.end()), range(LONGEST), strict=False)]
        best = _longest_name(text, words, gazetteer, set())
        if best is None or best[1] - best[0] <= SHORT or words[0][0] != cue.end():
            continue
        over = seen.over(*best)
        other = any(t.label != "PLACE" and (t.score >= CERTAIN or t.label not in ("PER", "ORG")) for t in over)
        longer = any(t.start < best[0] or t.end > best[1] for t in over)
        if not other and not longer:
            made.append(_Found(*best, 2, "gazetteer"))
    return made


def _masks(text: str, tags: tuple[TaggedSpan, ...], doc: Doc, struck: list[_Found]) -> Drawers[Span]:
    """Code points that are surely no place: refused names, and people whom both recognisers see."""
    masks = [found.span() for found in (*rules().exact.finditer(text), *_ROAD.finditer(text))]
    people = Drawers(Span(e.start_char, e.end_char) for e in doc.ents if e.label_ == "PERSON")
    hit_by = Drawers(struck)
    tags = tuple(t for t in tags if not hit_by.over(t.start, t.end))
    for tag in tags:
        agreed = tag.score >= SURE or bool(people.over(tag.start, tag.end))
        one_word = " " not in text[tag.start:tag.end]
        placed = PARTY.match(text, tag.start) or (one_word and rules().people.match(text, tag.end))
        if tag.label == "PER" and agreed and not placed:
            masks.append((tag.start, tag.end))
    surnames = _surnames(text, tags)
    if surnames:
        sure = Drawers(t for t in tags if t.label == "PLACE" and t.score >= SURE)
        masks += [(start, end) for start, end in occurrences(surnames, text) if not sure.over(start, start + 1)]
    return Drawers(Span(start, end) for start, end in masks)


def _surnames(text: str, tags: tuple[TaggedSpan, ...]) -> set[str]:
    """Last words of full names: the same word alone is the person again, not the town."""
    names = [text[tag.start:tag.end].split() for tag in tags if tag.label == "PER" and tag.score >= 0.6]
    return {words[-1] for words in names if len(words) > 1 and words[-1][:1].isupper() and len(words[-1]) > 2}


def _tagged(tags: tuple[TaggedSpan, ...]) -> list[_Found]:
    return [_Found(tag.start, tag.end, 3, "model") for tag in tags if tag.label == "PLACE"]


def _entities(text: str, doc: Doc, tags: tuple[TaggedSpan, ...], gazetteer: Gazetteer) -> list[_Found]:
    """The parser's places where the tagger is silent, and its other entities that are names in a place cue."""
    found, seen = [], Drawers(tags)
    for entity in doc.ents:
        start, end = entity.start_char, entity.end_char
        over = seen.over(start, end)
        if any(tag.label in ("PLACE", "DEMONYM") or tag.score >= SURE for tag in over):
            continue
        name = text[start:end].removeprefix("the ").removeprefix("The ")
        known = gazetteer.has_name(name)
        if entity.label_ in _PLACE_ENTITIES and (known or (not over and _in_cue(text, start))):
            found.append(_Found(start, end, 2, "both" if known else "model"))
        elif entity.label_ in _NAME_ENTITIES and known and (_in_cue(text, start) or rules().head.match(text, end)):
            found.append(_Found(start, end, 1, "gazetteer"))
    return found


def _demonyms(text: str, tags: tuple[TaggedSpan, ...]) -> list[_Found]:
    """Words of the list unless the tagger sees a person, work or place there; and the tagger's own finds."""
    found, seen = [], Drawers(tags)
    for word in rules().demonym.finditer(text):
        over = [tag for tag in seen.over(*word.span()) if tag.start <= word.start() and word.end() <= tag.end]
        if not any(tag.label in ("PER", "PLACE", "OTHER") for tag in over):
            found.append(_Found(*word.span(), 4, "model" if over else "gazetteer", MentionKind.DEMONYM))
    for tag in tags:
        words = text[tag.start:tag.end]
        if tag.label == "DEMONYM" and words not in rules().refused and tag.score >= SURE:
            found.append(_Found(tag.start, tag.end, 3, "model", MentionKind.DEMONYM))
    return found


def _short(text: str, tags: tuple[TaggedSpan, ...], gazetteer: Gazetteer) -> list[_Found]:
    """Short forms of countries and unions that the tagger takes for organisations ("the DRC")."""
    found = []
    for tag in tags:
        name = text[tag.start:tag.end]
        if tag.label == "ORG" and " " not in name and name.isupper() and any(
            c.match is MatchKind.ABBREVIATION and c.place.feature_code.startswith(("PCL", "RGN"))
            for c in gazetteer.candidates(name)
        ):
            found.append(_Found(tag.start, tag.end, 2, "both"))
    return found


def _in_cue(text: str, start: int) -> bool:
    return rules().cue.search(text, max(0, start - 30), start) is not None


def _written(text: str, gazetteer: Gazetteer) -> list[_Found]:
    """Places that a fixed way of writing shows: a dateline ("HAMILTON — ") and a seat ("Smith, D-Columbus")."""
    spans = [line.span(1) for line in _DATELINE.finditer(text)]
    for seat in PARTY.finditer(text):
        for number in (3, 2, 1):
            name = re.compile(rf"[A-Z][\w'.]*(?: [A-Z][\w'.]*){{{number - 1}}}").match(text, seat.end())
            if name and gazetteer.has_name(name[0]):
                spans.append((name.start(), name.end() if is_abbreviation(name[0], gazetteer)
                              else name.start() + len(name[0].rstrip("."))))
                break
    return [_Found(a, b, 2, "gazetteer") for a, b in spans if gazetteer.has_name(text[a:b])]


def _trimmed(text: str, one: _Found, gazetteer: Gazetteer) -> list[_Found]:
    ends = trimmed(text, one.start, one.end, gazetteer, place=one.kind is MentionKind.PLACE)
    return [replace(one, start=start, end=end) for start, end in ends]


def _widened(text: str, one: _Found) -> _Found:
    return one if one.kind is MentionKind.DEMONYM else replace(one, end=widened(text, one.start, one.end))


def _refused(text: str, one: _Found, masks: Drawers[Span]) -> bool:
    """Masked, a refused word, a street, a newspaper, a road number or a storm."""
    name, lists = text[one.start:one.end], rules()
    if masks.over(one.start, one.end):
        return True
    if name in lists.exact_words or name in lists.refused or not any(c.isupper() for c in name):
        return not (one.rank >= 3 and one.found_by == "both")
    if one.kind is MentionKind.DEMONYM:
        return False
    if lists.after.match(text, one.end) or lists.after.search(name):
        return True
    if _ARTICLE.search(text, max(0, one.start - 4), one.start) and _NO_NOUN.match(text, one.end):
        return True
    return lists.before.search(text, max(0, one.start - 20), one.start) is not None


def _nested(
    text: str, tags: tuple[TaggedSpan, ...], doc: Doc, found: list[_Found], seats: list[_Found], gazetteer: Gazetteer
) -> list[_Found]:
    """The place an organisation or building is named after: its first words, or those after "of" or "in"."""
    sure = {text[one.start:one.end] for one in found if one.kind is MentionKind.PLACE}
    spans = [(tag.start, tag.end) for tag in tags if tag.label in ("ORG", "OTHER")]
    spans += [(e.start_char, e.end_char) for e in doc.ents if e.label_ == "ORG"]
    spans += [(seat.start, seat.end) for seat in seats]
    made = []
    for start, end in sorted(set(spans)):
        whole = text[start:end]
        words = [(start + w.start(), start + w.end()) for w in _TOKEN.finditer(whole)]
        civic = any(text[a:b].lower() in rules().civic for a, b in words)
        heads = [0] + [i + 1 for i, (a, b) in enumerate(words[:-1]) if text[a:b] in ("of", "in", "at")]
        heads += [i + 1 for i in heads if i < len(words) and text[slice(*words[i])].lower() in rules().directions]
        for first in heads:
            best = _longest_name(text, words[first:first + LONGEST], gazetteer, sure)
            if best is None:
                continue
            name = text[best[0]:best[1]]
            alone = best == (words[0][0], words[-1][1])
            big = name not in sure and is_big(name, gazetteer)
            if is_abbreviation(text[best[0]:best[1] + 1], gazetteer) and text[best[1]:best[1] + 1] == ".":
                best = (best[0], best[1] + 1)
            if name in sure or (big and not alone and (civic or first)) or (big and alone and _in_cue(text, best[0])):
                made.append(_Found(*best, 1, "gazetteer", nested_in="" if alone else " ".join(whole.split())))
    return made


def _is_building(text: str, one: _Found, gazetteer: Gazetteer) -> bool:
    """ "Sligo Town Hall": a seat that the gazetteer does not know."""
    words = text[one.start:one.end].lower().split()
    seat = one.kind is MentionKind.PLACE and len(words) > 1 and words[-1] in rules().seats
    return seat and not gazetteer.candidates(text[one.start:one.end])


def _longest_name(
    text: str, words: list[tuple[int, int]], gazetteer: Gazetteer, sure: set[str]
) -> tuple[int, int] | None:
    """The longest run of words from the first on that the article or the gazetteer knows as a place."""
    if not words or not text[words[0][0]].isupper():
        return None
    for size in range(len(words), 0, -1):
        start, end = words[0][0], words[size - 1][1]
        name = text[start:end]
        if "\n" in name or not text[words[size - 1][0]].isupper():
            continue
        told = (len(name) > 2 or name.isupper()) and name.lower() not in rules().civic
        if name in sure or (told and gazetteer.has_name(name)):
            return start, end
    return None


def _cued(text: str, tags: tuple[TaggedSpan, ...], found: list[_Found], gazetteer: Gazetteer) -> list[_Found]:
    """Capitalised gazetteer names that nobody saw, after "in" and its like or before a head noun."""
    taken = Drawers(Span(one.start, one.end) for one in found)
    for tag in tags:
        if tag.score >= DOUBTFUL and (tag.label != "PER" or " " in text[tag.start:tag.end]):
            taken.add(Span(tag.start, tag.end))
    words = [w.span() for w in _TOKEN.finditer(text)]
    made, end_before = [], -1
    for number, (start, end) in enumerate(words):
        if start < end_before or not text[start].isupper() or taken.over(start, end):
            continue
        best = _longest_name(text, words[number:number + LONGEST], gazetteer, set())
        whole = widened(text, start, end)
        if whole > end and is_own_name(text[start:whole], gazetteer):
            made.append(_Found(start, whole, 0, "gazetteer"))
            end_before = whole
            continue
        if best is None:
            continue
        name = text[best[0]:best[1]]
        if len(name) == SHORT:
            cued = name.istitle() and _in_cue(text, start) and is_big(name, gazetteer)
        else:
            cued = len(name) > SHORT and bool(
                _in_cue(text, start) or rules().head.match(text, best[1]) or rules().people.match(text, best[1]))
        if cued:
            made.append(_widened(text, _Found(*best, 0, "gazetteer")))
            end_before = best[1]
    return made


def _repeated(text: str, found: list[_Found], tags: tuple[TaggedSpan, ...]) -> list[_Found]:
    """The other occurrences of names found as places, with or without their head noun.

    Not inside what the tagger surely calls a person, an organisation or a work.
    """
    names = {text[one.start:one.end] for one in found if one.kind is MentionKind.PLACE and one.rank >= 1
             and not one.nested_in}  # fmt: skip
    names |= {name[:head.start()] for name in names if (head := rules().tail.search(name)) and head.start() > 3}
    names = {name for name in names if len(name) > 2 and name[0].isupper()}
    if not names:
        return []
    busy = Drawers(t for t in tags if t.label in ("PER", "ORG", "OTHER") and t.score >= SURE)
    return [_widened(text, _Found(*span, 0, "model")) for span in occurrences(names, text) if not busy.over(*span)]


def _disjoint(text: str, found: list[_Found]) -> tuple[Mention, ...]:
    """Strongest first, then longest, then first in the text; what overlaps something stronger is dropped."""
    kept: list[_Found] = []
    taken: Drawers[_Found] = Drawers()
    for one in sorted(found, key=lambda f: (-f.rank, f.start - f.end, f.start, f.nested_in)):
        if not taken.over(one.start, one.end):
            kept.append(one)
            taken.add(one)
    return tuple(Mention(Span(f.start, f.end), text[f.start:f.end], f.found_by, f.kind, f.nested_in)
                 for f in sorted(kept, key=lambda f: f.start))  # fmt: skip
