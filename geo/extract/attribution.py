"""Which place an event gets: every place of its sentence is weighed by the words in front of it and its way to the
trigger; only then come the places told of before. Countries as actors, routes' ends and speakers' seats are out.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from geo.extract.event_words import event_words
from geo.extract.grammar import (
    carrier,
    clause,
    forms,
    governor,
    is_noun,
    is_passive,
    is_verb,
    objects,
    sentence_of,
    subjects,
    tokens_of,
    tree_distance,
    up,
)
from geo.extract.sites import Site, coarseness, country_like, where_of
from geo.extract.triggers import Trigger
from geo.records import GeoPrecision, Span, Toponym, Where

ENOUGH = 0.35
"""A place of the sentence below this score is not the event's."""
MOVES = frozenset({"withdrawal", "displacement", "deployment"})
"""Types that are movements: their place is an end of the way, and never one told of before."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """An event's place with the words that gave it (None when they stand elsewhere) and a score 0..1."""

    where: Where
    span: Span | None
    score: float
    own: bool
    """Named in the event's own sentence."""


@dataclass(frozen=True, slots=True)
class _Role:
    """How a place stands in its sentence: worth 0..1 as a place of an event, relation and rule."""

    worth: float
    relation: str
    rule: str
    preposition: int | None = None


def attribute(trigger: Trigger, doc: Doc, places: Sequence[Site]) -> tuple[Attribution, ...]:
    """The places of the trigger's own sentence that it happened at, one for each conjunct ("in X and Y").

    () where the sentence names none that fits; the caller then asks geo.extract.earlier.
    """
    sentence = sentence_of(doc[trigger.head])
    here = [s for s in places if sentence.start <= s.head < sentence.end]
    scored: list[tuple[float, Site, _Role]] = []
    for site in here:
        role = _role(trigger, doc, site, here)
        score = role.worth * _reach(trigger, doc, site, role)
        if site.closed and not (trigger.type in MOVES and role.worth > 0.5):
            score = 0.0
        scored.append((round(score, 4), site, role))
    scored.sort(key=lambda row: (-row[0], coarseness(row[1].place), abs(row[1].head - trigger.head)))
    if not scored or scored[0][0] < ENOUGH:
        return ()
    best = _finest(scored)
    others = tuple(dict.fromkeys(s.place for n, s, _ in scored if n >= 0.2 and s.place != best[1].place))
    chosen = [best, *_conjuncts(best, scored, doc)]
    return tuple(
        Attribution(
            where_of(s.place, s.name, r.relation, r.rule, s.alternatives + others, s.stated), s.span, n, own=True
        )
        for n, s, r in chosen
    )


def _finest(scored: list[tuple[float, Site, _Role]]) -> tuple[float, Site, _Role]:
    """The best, unless a place inside it is nearly as good: "in Aleppo, Syria"."""
    best = scored[0]
    for row in scored[1:]:
        inside = any(gid == best[1].place.gazetteer_id for gid, _ in row[1].place.within)
        if (
            inside
            and row[0] >= max(ENOUGH, best[0] * 0.6)
            and row[1].place.gazetteer_id != best[1].place.gazetteer_id
        ):
            best = row
    return best


def _conjuncts(
    best: tuple[float, Site, _Role], scored: list[tuple[float, Site, _Role]], doc: Doc
) -> list[tuple[float, Site, _Role]]:
    """Further places behind the same preposition, joined to the best one by "and" or commas."""
    found = []
    for row in scored:
        site = row[1]
        same = row[2].preposition is not None and row[2].preposition == best[2].preposition
        rank = coarseness(site.place) == coarseness(best[1].place)
        related = {site.place.gazetteer_id, best[1].place.gazetteer_id} & {
            gid for s in (site, best[1]) for gid, _ in s.place.within
        }
        if site is not best[1] and same and rank and not related and row[0] >= ENOUGH and site.place != best[1].place:
            low, high = sorted((site.head, best[1].head))
            if any(t.lower_ in ("and", "or") for t in doc[low:high]):
                found.append(row)
    return sorted(found, key=lambda row: row[1].span)


def _left(doc: Doc, site: Site, here: Sequence[Site]) -> tuple[Token | None, list[str]]:
    """The preposition in front of a place and the words between; lists share that of their first member."""
    words, features = event_words().place, event_words().features.keys()
    start = sentence_of(doc[site.head]).start
    at = site.first - 1
    between: list[str] = []
    ends = {s.head: s.first for s in here if s is not site}
    while at >= start:
        token = doc[at]
        lower = token.lower_
        joined = lower in ("and", "or", ",", "&") and _list_member(doc, at, ends)
        if joined:
            while at >= start and (doc[at].lower_ in ("and", "or", ",", "the", "&")):
                at -= 1
            at = ends.get(at, at) - 1
            continue
        if token.tag_ == "POS" and at - 1 in ends and (coarseness(site.place) or doc[site.head].dep_ != "compound"):
            between.append(lower)
            at = ends[at - 1] - 1
            continue
        if (
            lower == "of"
            and at > start
            and (
                forms(doc[at - 1]) & (features | words.inner)
                or doc[at - 1].lower_ in words.bearing
            )
        ):
            between.append(lower)
        elif (
            token.pos_ == "ADP"
            or lower
            in words.at | words.beside | words.source | {"to", "of"}
        ):
            return token, between
        elif (
            lower in words.skip
            or lower in words.compass
            or token.pos_ in ("ADJ", "NUM")
            or token.lower_ in features
            or (token.dep_ in ("compound", "amod", "nmod") and lower.endswith("-held"))
            or (is_noun(token) and token.dep_ in ("compound", "nmod") and at < token.head.i <= site.head)
        ):
            between.append(lower)
        else:
            return None, between
        at -= 1
    return None, between


def _list_member(doc: Doc, at: int, ends: dict[int, int]) -> bool:
    while at >= 0 and doc[at].lower_ in ("and", "or", ",", "the", "&"):
        at -= 1
    return at in ends


def _role(trigger: Trigger, doc: Doc, site: Site, here: Sequence[Site]) -> _Role:
    head = doc[site.head]
    if _there(trigger, doc, site):
        return _Role(1.0, "", "the place of its clause")
    if is_reference(doc, site, here) and not _stood_at(trigger, head):
        return _Role(0.05, "", "only says where another place lies")
    preposition, between = _left(doc, site, here)
    words = set(between)
    bearing = next((w for w in between if w in event_words().place.pointers), "")
    if preposition is None and bearing and "of" in words:
        return _Role(0.45, f"{bearing} of", "bearing from a place")
    if preposition is not None:
        role = _behind(trigger, site, preposition, words, between)
        if role is not None:
            return role
    return _by_parse(trigger, doc, head, site)


def _behind(trigger: Trigger, site: Site, preposition: Token, words: set[str], between: list[str]) -> _Role | None:
    lists = event_words().place
    lower = preposition.lower_
    bearing = next((w for w in between if w in lists.pointers), "") if "of" in words else ""
    previous = preposition.nbor(-1).lower_ if preposition.i > 0 else ""
    if lower in ("of", "from") and previous in lists.pointers:
        bearing = previous
    if bearing:
        return _Role(
            0.45, "outside" if bearing == "outside" else f"{bearing} of", "bearing from a place", preposition.i
        )
    moving = trigger.type in MOVES or trigger.type in ("aid", "recruitment_activity")
    if lower in lists.source:
        out = trigger.type in ("withdrawal", "displacement")
        return _Role(0.9 if out else 0.1, "", f"behind {lower}", preposition.i)
    if lower == "to":
        goal = trigger.type in ("deployment", "aid") or (moving and trigger.type != "withdrawal")
        near = preposition.nbor(-1).lower_ in ("close", "next", "adjacent") if preposition.i else False
        if near:
            return _Role(0.95, "near", "behind close to", preposition.i)
        return _Role(
            0.8 if goal and trigger.type != "displacement" else 0.3 if goal else 0.15, "", "behind to", preposition.i
        )
    if lower in ("against", "on") and country_like(site.place):
        return _Role(0.45, "", f"behind {lower}", preposition.i)
    if lower == "into" and trigger.type in ("withdrawal", "displacement"):
        return _Role(0.1, "", "goal of a movement", preposition.i)
    if lower in lists.at:
        return _Role(1.0, "", f"behind {lower}", preposition.i)
    if lower in lists.beside and not (
        lower == "by" and (country_like(site.place) or preposition.dep_ == "agent")
    ):
        return _Role(0.98, "near" if lower not in ("outside", "off") else lower, f"behind {lower}", preposition.i)
    if lower == "of":
        return _of(trigger, site, preposition)
    if lower == "against":
        return _Role(0.8, "", "behind against", preposition.i)
    if lower in ("for", "with", "between", "by", "about", "like", "as", "than", "since", "until", "after", "before"):
        return _Role(
            0.3 if lower in ("for", "between") and not country_like(site.place) else 0.05, "", f"behind {lower}"
        )
    return None


def _of(trigger: Trigger, site: Site, preposition: Token) -> _Role:
    """ "the shelling of X" is at X; "the army of X" is not; "the streets of X" stand where they stand."""
    noun = preposition.head
    if noun.i in trigger.tokens:
        return _Role(0.95, "", "of the trigger", preposition.i)
    if forms(noun) & event_words().place.titles or country_like(site.place):
        return _Role(0.1, "", "behind of")
    return _Role(0.85, "", "part of a place", preposition.i)


def _by_parse(trigger: Trigger, doc: Doc, head: Token, site: Site) -> _Role:
    """A place without a preposition: object, subject or modifier."""
    nation = country_like(site.place)
    verb = doc[trigger.light] if trigger.light is not None else doc[trigger.head]
    if not is_verb(verb):
        verb = carrier(verb)[0] or verb
    if head.lower_ == "there":
        return _Role(0.9, "", "there")
    top = head
    while top.dep_ == "conj":
        top = top.head
    if top.dep_ in ("dobj", "nsubjpass", "oprd") or any(o.i == top.i for o in objects(verb)):
        return _Role(0.6 if nation else 1.0, "", "object of the verb")
    if site.pointing and top.dep_ in ("pobj", "nsubj", "attr"):
        return _Role(0.7, "", "pointed to")
    if top.dep_ in ("compound", "nmod", "poss", "amod"):
        if nation or forms(top.head) & event_words().place.titles:
            return _Role(0.02, "", "a side, not a place")
        if top.head.i in trigger.tokens or top.head.i == trigger.head:
            return _Role(0.85, "", "in front of the trigger")
        placeish = forms(top.head) & (event_words().features.keys() | event_words().place.inner)
        return _Role(0.7 if placeish else 0.5, "", "in front of a noun")
    if top.dep_ in ("nsubj", "agent"):
        if nation or (
            any(s.i == top.i for s in subjects(verb)) and trigger.type not in ("territory_capture", "protest_riot")
        ):
            return _Role(0.02 if nation else 0.3, "", "subject of the verb")
        return _Role(0.4, "", "subject of the sentence")
    if top.dep_ == "appos" or (top.i > 0 and doc[site.first - 1].text in (",", "(")):
        return _Role(0.5 if not nation else 0.4, "", "apposed")
    return _Role(0.05 if nation else 0.45, "", "named in the sentence")


def _there(trigger: Trigger, doc: Doc, site: Site) -> bool:
    """ "Reached Almaty, where a crowd stormed the office": the clause was at the name right before its "where"."""
    for verb in (h for h in (doc[trigger.head], *up(doc[trigger.head])) if is_verb(h)):
        opening = next((c for c in verb.children if c.lower_ == "where" and c.i < verb.i), None)
        if opening is not None:
            before = opening.i - 1
            while before > site.head and doc[before].is_punct:
                before -= 1
            return before == site.head
        if verb.dep_ == "relcl":
            return False
    return False


def _stood_at(trigger: Trigger, head: Token) -> bool:
    """ "Fire was set to the offices in X", "an attack on the embassy in X": what was struck stands at the place."""
    building = head.head.head
    if head.head.dep_ != "prep" or not forms(building) & event_words().place.buildings:
        return False
    preposition = building.head
    deeds = {trigger.head, trigger.light, *trigger.tokens}
    return building.dep_ == "pobj" and preposition.dep_ == "prep" and preposition.head.i in deeds


def is_reference(doc: Doc, site: Site, here: Sequence[Site]) -> bool:
    """Behind "X, located near", "X, which lies in" another place; in somebody's title; where somebody speaks."""
    lists = event_words().place
    head = doc[site.head]
    path = [head, *up(head)]
    for below, token in itertools.pairwise(path):
        if token.lemma_.lower() in ("locate", "situate", "lie") and token.dep_ in ("acl", "relcl", "amod", "advcl"):
            return True
        if token.dep_ == "appos" and forms(token) & lists.titles:
            return True
        if (
            forms(token) & lists.titles
            and below.dep_ == "prep"
            and token.dep_ in ("appos", "nsubj", "pobj", "compound")
        ):
            return True
        if (
            forms(token) & lists.speech
            and below.dep_ == "prep"
            and below.i > token.i
            and is_verb(token)
        ):
            return True
        if is_verb(token):
            break
    return _apposed(doc, site, here)


def _apposed(doc: Doc, site: Site, here: Sequence[Site]) -> bool:
    """ "X, located in the … Province, north of Y": all that follows the participle belongs to X."""
    start = sentence_of(doc[site.head]).start
    for i in range(site.first - 1, max(start, site.first - 25) - 1, -1):
        token = doc[i]
        if is_verb(token) and token.lemma_.lower() in ("locate", "situate"):
            return any(s.head < i and i - s.head <= 4 for s in here)
        if is_verb(token) and token.tag_ != "VBG":
            return False
    if (
        doc[site.first - 1].lower_ == "of"
        and site.first >= 3
        and doc[site.first - 2].lower_ in event_words().place.pointers
    ):
        comma = next((i for i in range(site.first - 2, start, -1) if doc[i].text == ","), None)
        return comma is not None and site.first - comma <= 8 and any(comma - 2 <= s.head < comma for s in here)
    return False


def _reach(trigger: Trigger, doc: Doc, site: Site, role: _Role) -> float:
    """How near a place stands to the trigger: 1 in its own phrase or clause, less in others, 0..1."""
    head, word = doc[trigger.head], doc[site.head]
    anchor = doc[trigger.light] if trigger.light is not None else head
    far = 0.004 * min(abs(site.head - trigger.head), 40)
    if _directly_under(word, {*trigger.tokens, anchor.i}):
        return 1.0 - far
    verb = anchor if is_verb(anchor) else carrier(anchor)[0]
    if verb is not None:
        finite = governor(verb)
        if any(h.i == finite.i for h in up(word)) and clause(word).i in (finite.i, verb.i):
            return 0.95 - far
        if is_passive(verb) and verb.dep_ == "acl" and any(h.i == verb.head.i for h in up(word)):
            return 0.9 - far
    if role.rule.startswith("behind") and word.i < head.i and sentence_of(word).start >= site.first - 2:
        return 0.95 - far
    if clause(word).i == clause(head).i:
        return 0.9 - far
    distance = tree_distance(word, head)
    lists = {"conj", "relcl", "advcl"}
    other = clause(word)
    if verb is not None and other.dep_ in lists and other.i > head.i and verb.i not in {h.i for h in up(other)}:
        return max(0.0, 0.55 - far)
    return max(0.0, (0.75 if distance <= 8 else 0.6) - far)


def _directly_under(word: Token, tops: set[int]) -> bool:
    """Below one of `tops` without another clause between."""
    for head in up(word):
        if head.i in tops:
            return True
        if is_verb(head) and head.dep_ in ("conj", "advcl", "relcl", "ccomp", "parataxis"):
            return False
    return False


def issuer(trigger: Trigger, doc: Doc, toponyms: Sequence[Toponym]) -> Attribution | None:
    """Sanctions stand at the country that issues them: the subject of the verb, or the demonym in front of it."""
    noun = doc[trigger.head]
    verb = noun if is_verb(noun) else carrier(noun)[0]
    if verb is None:
        return None
    doers = {t.i for s in subjects(verb) for t in s.subtree} | ({noun.i - 1} if not is_verb(noun) else set())
    for toponym in toponyms:
        words = tokens_of(doc, toponym.mention.span.start, toponym.mention.span.end)
        if toponym.place is None or words is None or not doers & set(range(words.start, words.end)):
            continue
        if toponym.place.feature_code.startswith("PCL"):
            where = Where(
                toponym.place,
                toponym.mention.name,
                GeoPrecision.COUNTRY,
                toponym.place.radius_km if math.isfinite(toponym.place.radius_km) else 0.0,
                "",
                "issuing country",
            )
            return Attribution(where, toponym.mention.span, 0.9, own=True)
    return None
