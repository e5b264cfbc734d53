"""Toponyms + parse -> sites: the places of a text as they stand in it, names and the nouns that point to them."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from geo.extract.event_words import event_words
from geo.extract.grammar import forms, tokens_of
from geo.locate import LINES, VAGUE, Relation, precision_of, radius_of, relation_of
from geo.locate.relations import relations
from geo.records import Article, GeoPrecision, MentionKind, Place, Span, Toponym, Unresolved, Where

_SAYABLE = frozenset({"near", "outside", *(f"{way} of" for way in relations().bearings)})
"""Relations that read well in front of a name ("Airstrike outside X"); the others are shown as "near"."""
BROAD = frozenset({"PCL", "PCLI", "PCLS", "PCLD", "PCLF", "TERR", "CONT", "RGN", "RGNE", "OCN", "SEA", "ZN"})


@dataclass(frozen=True, slots=True)
class Site:
    """A place as it stands in the text: a name, or a noun that points to one."""

    span: Span
    first: int
    head: int
    """Index of the word that heads it; `first` of its first word."""
    place: Place
    name: str
    alternatives: tuple[Place, ...]
    closed: bool
    """Used up by a route."""
    pointing: bool
    """Not a name but "the island", "there"."""
    stated: Relation | None = None
    """What the words beside a name say of how near it lies; None for a noun."""


ANTECEDENTS = 100
"""So many places back a noun can point: farther nobody remembers, and the cost would grow with the text's square."""
SHORTEST = 3
"""Shorter names that no gazetteer knows are initials."""
UNLISTED = "text"
"""Source of a place that only the text names: its id says how finely the unit around it is known."""


def country_like(place: Place) -> bool:
    return place.feature_code in BROAD


def home_country(toponyms: Sequence[Toponym]) -> Place | None:
    """The country that at least half of the placed names and peoples of a text belong to, where the text names it."""
    placed = [t.place for t in toponyms if t.place is not None and t.place.country_code]
    if not placed:
        return None
    code, number = Counter(p.country_code for p in placed).most_common(1)[0]
    named = (p for p in placed if p.country_code == code and p.feature_code.startswith("PCL"))
    return next(named, None) if 2 * number >= len(placed) else None


def unlisted(name: str, unit: Place) -> Place:
    """A place that the text names and no gazetteer knows: as finely known as the unit around it."""
    key = "-".join(re.findall(r"\w+", name.casefold()))
    identity = f"{UNLISTED}:{precision_of(unit, '').value}:{unit.country_code}:{key}"
    within = ((unit.gazetteer_id, unit.name), *unit.within)
    return Place(identity, name, unit.point, unit.area, "", unit.country_code, None, within, unit.radius_km)


def sites(article: Article, doc: Doc, toponyms: Sequence[Toponym], closed: frozenset[Span]) -> tuple[Site, ...]:
    """All places of a text in order: names, and definite nouns bound to the last place of their kind.

    A lead's "an island" binds forward to the first named one. Demonyms and unplaced names give none.
    """
    home = home_country(toponyms)
    named = []
    for n, toponym in enumerate(toponyms):
        place = toponym.place or _unlisted(article.text, toponyms, n, home)
        site = _named(article.text, doc, toponym, place, closed) if place is not None else None
        if site is not None:
            named.append(site)
    found = sorted([*named, *_pointing(article, doc, named)], key=lambda s: s.span)
    return tuple(found)


def _unlisted(text: str, toponyms: Sequence[Toponym], n: int, home: Place | None) -> Place | None:
    """A name without a place, put in the unit that stands behind it ("in X, Y province") or in the home country."""
    mention = toponyms[n].mention
    if toponyms[n].unresolved is Unresolved.NOT_A_PLACE or len(mention.name) < SHORTEST:
        return None
    unit = home
    if n + 1 < len(toponyms):
        behind = toponyms[n + 1]
        between = text[mention.span.end : behind.mention.span.start]
        apposed = re.fullmatch(r"(?: \w{3,20})?,? (?:in |of )?(?:the )?", between)
        if apposed and behind.place is not None:
            if coarseness(behind.place) == 0:
                return None
            unit = behind.place
    return unlisted(mention.name, unit) if unit is not None else None


def _named(text: str, doc: Doc, toponym: Toponym, place: Place, closed: frozenset[Span]) -> Site | None:
    mention = toponym.mention
    if mention.kind is not MentionKind.PLACE or mention.nested_in:
        return None
    words = tokens_of(doc, mention.span.start, mention.span.end)
    if words is None or not len(words):
        return None
    if toponym.place is None and words.root.dep_ in ("compound", "nmod", "amod", "poss"):
        return None
    after = doc[words.end : words.end + 2]
    if (
        len(after) == 2
        and after[0].text == "-"
        and after[1].lower_ in ("led", "backed", "based", "born", "held", "made")
    ):
        return None
    return Site(
        mention.span,
        words.start,
        words.root.i,
        place,
        mention.name,
        toponym.alternatives,
        mention.span in closed,
        pointing=False,
        stated=relation_of(text, mention.span, place),
    )


def _pointing(article: Article, doc: Doc, named: list[Site]) -> Iterator[Site]:
    inside = {i for s in named for i in range(s.first, s.head + 1)}
    before: list[Site] = []
    ahead = deque(sorted(named, key=lambda s: s.span))
    for token in doc:
        while ahead and ahead[0].span.end <= token.idx:
            before.append(ahead.popleft())
        if token.i in inside or not (token.pos_ == "NOUN" or token.lower_ == "there") or token.is_title:
            continue
        target = _antecedent(article, doc, token, before[:-ANTECEDENTS - 1:-1], named)
        if target is not None:
            span = Span(token.idx, token.idx + len(token.text))
            site = Site(
                span,
                token.left_edge.i if token.i - token.left_edge.i < 6 else token.i,
                token.i,
                target.place,
                target.name,
                target.alternatives,
                closed=False,
                pointing=True,
            )
            before.append(site)
            yield site


def _antecedent(article: Article, doc: Doc, token: Token, before: list[Site], named: list[Site]) -> Site | None:
    """The site that a noun points to; `before` are those in front of it, the nearest first."""
    shapes = forms(token)
    if token.dep_ == "compound" or any(not c.is_punct and c.lower_ == "of" for c in token.children):
        return None
    determiner = next((c.lower_ for c in token.children if c.dep_ == "det"), "")
    if token.lower_ == "there":
        expletive = token.dep_ == "expl"
        return None if expletive else next((s for s in before if not s.closed and not _is_side(doc[s.head], s)), None)
    if shapes & event_words().place.sites and determiner in ("the", "this", "that"):
        return next((s for s in before if not s.closed and not country_like(s.place) and not _admin(s.place)), None)
    for noun in sorted(shapes & event_words().features.keys()):
        fits = [s for s in before if _is_a(s, noun)]
        if determiner in ("the", "this", "that"):
            return fits[0] if fits else None
        leading = token.i < 60 and token.idx < article.body_start + 300
        if leading and (determiner in ("a", "an") or token.idx < article.body_start) and not fits:
            ahead = (s for s in named if s.head > token.i and _is_a(s, noun))
            return None if noun in event_words().place.common else next(ahead, None)
    return None


def _is_a(site: Site, noun: str) -> bool:
    return (
        noun in site.name.lower().split()
        or site.place.feature_code.startswith(event_words().features[noun])
        or (noun in site.place.name.lower().split())
    )


def _is_side(head: Token, site: Site) -> bool:
    """A country in front of a noun or as a subject is a party."""
    return country_like(site.place) and head.dep_ in ("compound", "amod", "nmod", "poss", "nsubj", "npadvmod", "conj")


def _admin(place: Place) -> bool:
    return place.feature_code.startswith(("ADM1", "ADM2"))


def where_of(
    place: Place,
    name: str,
    relation: str,
    rule: str,
    alternatives: tuple[Place, ...] = (),
    stated: Relation | None = None,
) -> Where:
    """The place as an event's. `relation` is how the sentence is built, `stated` what the words beside the name say:
    a distance written there tells how near, a head noun ("X district") which unit is meant.
    """
    if place.gazetteer_id.startswith(UNLISTED):
        precision = GeoPrecision(place.gazetteer_id.split(":")[1])
        return Where(place, name, precision, place.radius_km, "", f"{rule}; in no gazetteer", alternatives)
    if stated is not None and (not relation or stated.km is not None):
        sayable = stated.km is not None or stated.words in _SAYABLE
        relation = stated.words if sayable or not stated.words else "near"
    precision = precision_of(place, relation)
    if precision is GeoPrecision.NEAR:
        if stated is not None and stated.moved:
            return Where(place, name, precision, stated.radius_km, relation, rule, alternatives, stated.point)
        radius_km = radius_of(place, precision, relation, stated.km if stated is not None else None)
        return Where(place, name, precision, radius_km, relation, rule, alternatives)
    if precision is GeoPrecision.EXACT and stated is not None:
        precision = stated.precision
    return Where(place, name, precision, radius_of(place, precision), "", rule, alternatives)


def coarseness(place: Place) -> int:
    """0 a spot, 1 a district, 2 a province, river or region, 3 a country."""
    code = place.feature_code
    if code.startswith(("PCL", "CONT", "RGN", "TERR")):
        return 3
    return 2 if code == "ADM1" or code.startswith((*VAGUE, *LINES)) else 1 if code.startswith("ADM") else 0
