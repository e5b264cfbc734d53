"""Parse and Toponyms -> Routes of one article: each a movement with sets of ends, never a list of pairs.

Ends come from the words left of the names (route_ends.py), the cues that tell of one movement from the parse
(movements.py); this module gives each end its role and builds the record.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token
from spacy.tokens import Span as DocSpan

from geo.extract.dates import FoundDate
from geo.extract.event_words import event_words
from geo.extract.grammar import span_of, up
from geo.extract.movements import Movement, movements_in, role_of
from geo.extract.movers import Mover, mover_type, movers
from geo.extract.route_cues import Cue, cues, find_cues, lemma
from geo.extract.route_ends import Group, Named, groups_in, named_places, where
from geo.extract.route_tales import Tale, status, when
from geo.records import UNKNOWN_WHEN, Article, Evidence, Route, RouteStatus, Span, Toponym, Where

CUE_WEIGHT = {"verb": 0.95, "noun": 0.85, "line": 0.8}
GUESSED_LINK = 0.85
"""The parse did not say that the end belongs to the cue; only their order does."""
ONE_END = 0.8
NO_DIRECTION = 0.85
UNPLACED_END = 0.85
STATUS_WEIGHT = {RouteStatus.PLANNED: 0.7, RouteStatus.BACKGROUND: 0.7, RouteStatus.NEGATED: 0.6}


@dataclass(slots=True)
class FoundEnds:
    """Named ends by role; a name without a place counts, though no record can carry it."""

    origins: list[Where] = field(default_factory=list)
    waypoints: list[Where] = field(default_factory=list)
    destinations: list[Where] = field(default_factory=list)
    certain: bool = True
    ordered: bool = False
    unplaced: set[str] = field(default_factory=set)
    """Roles with a name that has no place."""
    scores: list[float] = field(default_factory=list)
    first: Span | None = None

    def has(self, role: str) -> bool:
        """Whether an origin or destination is named, placed or not."""
        placed = self.origins if role == "origin" else self.destinations
        return bool(placed) or role in self.unplaced


def find_routes(
    article: Article, doc: Doc, toponyms: tuple[Toponym, ...], dates: tuple[FoundDate, ...],
    cited: Mapping[int, tuple[str, ...]],
) -> tuple[Route, ...]:
    """One Route for each movement told, in order of its cue; not yet joined with others of the article.

    `cited` is what `origins_by_sentence` gives. Demonyms and places inside an organisation's name are never ends. A
    movement without any end that has a place is no route.
    """
    names = named_places(doc, toponyms)
    taken = frozenset(i for n in names for i in range(n.tokens.start, n.tokens.end))
    found = []
    for sentence in doc.sents:
        groups = groups_in(sentence, names)
        if not groups:
            continue
        for movement in movements_in(find_cues(sentence, taken), groups):
            route = _route(article, movement, sentence, names, dates, cited.get(sentence.start, ()))
            if route is not None:
                found.append(route)
    return tuple(found)


def closed_spans(routes: Iterable[Route], toponyms: Iterable[Toponym]) -> frozenset[Span]:
    """The name spans that routes use as ends: no event may take its place from them.

    Waypoints stay open (the hub of a route is where things happen), and so does the single end of a movement
    told in a main clause: "withdrew from X" and "entered X" say that something happened at X.
    """
    used: set[tuple[str, str, Span]] = set()
    for route in routes:
        ends = (*route.origins, *route.destinations)
        if len(ends) > 1 or route.status is RouteStatus.HABITUAL:
            used |= {(e.place.gazetteer_id, e.name_in_text, proof.span) for e in ends for proof in route.evidence}
    return frozenset(
        t.mention.span for t in toponyms if t.place is not None and any(
            t.place.gazetteer_id == i and t.mention.name == name and s.start <= t.mention.span.start < s.end
            for i, name, s in used
        )
    )


def _ends(movement: Movement, names: Sequence[Named]) -> FoundEnds:
    """The groups by their roles; a place after "then on to" makes the goal before it a waypoint."""
    ends = FoundEnds(certain=all(c.certain for c in movement.cues))
    for cue, group, _ in movement.groups:
        role = role_of(cue, group)
        if not role:
            continue
        if role == "both" and len(group.places) == 1:
            if cue.kind != "line":
                continue
            role = "destination" if ends.has("origin") else "origin"
            ends.certain = False
        elif role == "both":
            ends.certain = False
            _add(ends, "origin", group, group.places[:1])
            _add(ends, "destination", group, group.places[1:])
            continue
        elif cue.kind == "line" and cue.links and group.preposition in ("to", "and") and not cue.certain:
            ends.certain = False
        if role == "destination" and ends.destinations and _goes_on(group, movement):
            ends.waypoints += ends.destinations
            ends.destinations, ends.ordered = [], True
        _add(ends, role, group, group.places)
    for stop in _halts(movement, names):
        _place(ends.waypoints, stop)
    return ends


def _add(ends: FoundEnds, role: str, group: Group, places: Sequence[Named]) -> None:
    target = {"origin": ends.origins, "waypoint": ends.waypoints, "destination": ends.destinations}[role]
    for named in places:
        ends.first = ends.first or named.toponym.mention.span
        end = where(named, group.preposition or "object", near=group.near)
        if end is None:
            ends.unplaced.add(role)
        else:
            _place(target, end)
            ends.scores.append(named.toponym.score)


def _place(target: list[Where], end: Where) -> None:
    if end.place.gazetteer_id not in {e.place.gazetteer_id for e in target}:
        target.append(end)


def _goes_on(group: Group, movement: Movement) -> bool:
    """A word like "then" before the group, or a second verb of the same movement."""
    near = {t.lower_ for t in group.anchor.doc[max(group.anchor.sent.start, group.first - 2) : group.first + 1]}
    verbs = [c for c, g, _ in movement.groups if g.start < group.start]
    own = next(c for c, g, _ in movement.groups if g is group)
    return bool(near & cues().guards.chaining) or (bool(verbs) and verbs[-1] is not own and own.kind == "verb")


def _halts(movement: Movement, names: Sequence[Named]) -> list[Where]:
    """"Families heading for X were stopped at a checkpoint near Y": Y lies on the way."""
    token = movement.main.token
    if token.dep_ not in ("acl", "relcl") or lemma(token.head.head) not in cues().guards.halting:
        return []
    verb, sentence = token.head.head, token.sent
    stops = []
    for group in groups_in(sentence, names):
        if group.anchor.i > verb.i and group.preposition in cues().prepositions.place and any(
            h.i == verb.i for h in up(group.anchor)
        ):
            stops += [w for n in group.places if (w := where(n, "stopped", near=group.near)) is not None]
    return stops


def _is_movement(main: Cue, found: Sequence[Cue], ends: FoundEnds) -> bool:
    """The cues' own demand on their ends; a road as such needs something that moves, or to be the topic."""
    origin, destination = ends.has("origin"), ends.has("destination")
    met = {"any": origin or destination, "both": origin and destination, "origin": origin, "destination": destination}
    if not (ends.origins or ends.destinations) or not any(met[c.needs] for c in found):
        return False
    if main.kind != "line":
        return True
    if not (origin and destination) and (main.plain or not destination):
        return False
    is_argument = main.token.dep_ in ("nsubj", "nsubjpass", "dobj")
    is_topic = is_argument and lemma(main.token.head) in cues().guards.cutting | cues().guards.serving
    return not main.plain or is_topic


def _hub(cue: Cue, names: Sequence[Named]) -> tuple[Where, ...]:
    """The place that the sentence calls the hub of the movement: "the island was a hideout for men moving …".

    "The island" is the last named island before it. () where nothing is called so.
    """
    guards = cues().guards
    above = {h.i for h in up(cue.token)} | {cue.token.i}
    for noun in cue.token.sent:
        if lemma(noun) not in guards.hubs or noun.i > cue.token.i:
            continue
        for verb in up(noun):
            if verb.pos_ not in ("VERB", "AUX"):
                continue
            if lemma(verb) not in guards.being | {"use"} or verb.i not in above:
                break
            wanted = ("dobj",) if lemma(verb) == "use" else ("nsubj", "nsubjpass")
            for subject in (c for c in verb.children if c.dep_ in wanted):
                called = _named_by(subject, names)
                if called is not None and (end := where(called, "hub", near=False)) is not None:
                    return (end,)
            break
    return ()


def _named_by(noun: Token, names: Sequence[Named]) -> Named | None:
    """The name in a noun phrase, or the last one before it of the kind that a definite phrase says."""
    for named in names:
        if named.tokens.start <= noun.i < named.tokens.end:
            return named
    codes = event_words().features.get(lemma(noun), ())
    if not codes or not any(c.lower_ in ("the", "this", "that") for c in noun.children):
        return None
    for named in reversed([n for n in names if n.tokens.start < noun.i]):
        place = named.toponym.place
        if place is not None and place.feature_code.startswith(codes):
            return named
    return None


def _route(
    article: Article, movement: Movement, sentence: DocSpan, names: Sequence[Named], dates: tuple[FoundDate, ...],
    cited: tuple[str, ...],
) -> Route | None:
    ends, main = _ends(movement, names), movement.main
    moving = movers(movement.cues, main)
    if moving is None or not _is_movement(main, movement.cues, ends):
        return None
    goals = {e.place.gazetteer_id for e in ends.destinations}
    origins = tuple(e for e in ends.origins if e.place.gazetteer_id not in goals)
    if not (origins or ends.destinations):
        return None
    both = ends.has("origin") and ends.has("destination")
    tale = Tale(main, sentence, not both, moving[0].token if moving else None)
    dated, future = when(tale, dates)
    reality = status(tale, dated=dated is not None, future=future)
    factors = _factors(movement, ends, reality, both=both)
    trigger = Span(main.token.idx, main.token.idx + len(main.token))
    identity = hashlib.sha256(f"{article.id}\nroute\n{trigger.start}\n{trigger.end}".encode()).hexdigest()[:24]
    proof = Evidence(article.id, span_of(sentence), f"route {main.kind}: {lemma(main.token)}",
                     trigger, ends.first, dated.span if dated else None)
    named = tuple(m.words for m in moving)
    return Route(
        id=f"r{identity}", title=route_title(named, origins, tuple(ends.destinations)),
        origins=origins, waypoints=_passed(ends, main, names), destinations=tuple(ends.destinations),
        movers=named, mover_type=mover_type(moving), mode=_mode(movement, moving),
        certain_direction=ends.certain, ordered=ends.ordered, status=reality,
        when=dated.when if dated else UNKNOWN_WHEN, evidence=(proof,),
        cited=cited or ((article.source,) if article.source else ()),
        confidence=round(math.prod(weight for _, weight in factors), 6), factors=factors,
    )


def _passed(ends: FoundEnds, main: Cue, names: Sequence[Named]) -> tuple[Where, ...]:
    """Waypoints that are not ends too, the hub last."""
    ids = {e.place.gazetteer_id for e in (*ends.origins, *ends.destinations)}
    found: list[Where] = []
    for end in (*ends.waypoints, *_hub(main, names)):
        if end.place.gazetteer_id not in ids:
            _place(found, end)
    return tuple(found)


def _mode(movement: Movement, moving: Sequence[Mover]) -> str:
    """The main cue's, unless a noun beside it is more telling ("their flight took them") or smugglers move."""
    token = movement.main.token
    by = [c for c in token.children if c.dep_ == "nsubj"] + [m.token for m in moving if m.token is not None]
    if any(lemma(t).startswith(("smuggl", "traffick")) for t in by):
        return "smuggle"
    general = ("move", "transport")
    if movement.main.mode in general:
        return next((c.mode for c in movement.cues if c.kind == "noun" and c.mode not in general), movement.main.mode)
    return movement.main.mode


def _factors(
    movement: Movement, ends: FoundEnds, reality: RouteStatus, *, both: bool
) -> tuple[tuple[str, float], ...]:
    """What the confidence is the product of; only what lowers or bears it is stated."""
    rows = [("cue", CUE_WEIGHT[movement.main.kind]), ("places", round(min(ends.scores, default=1.0), 4))]
    if not all(sure for _, _, sure in movement.groups):
        rows.append(("ends linked by word order", GUESSED_LINK))
    if not both:
        rows.append(("one end only", ONE_END))
    if not ends.certain:
        rows.append(("direction not stated", NO_DIRECTION))
    if ends.unplaced:
        rows.append(("an end without a place", UNPLACED_END))
    if reality in STATUS_WEIGHT:
        rows.append((f"told as {reality.value}", STATUS_WEIGHT[reality]))
    return tuple(rows)


def route_title(named: Sequence[str], origins: Sequence[Where], destinations: Sequence[Where]) -> str:
    """"Fighters: from A and B to C"; "Movement" where the text names no mover."""
    who = " and ".join(named) or "Movement"
    parts = [f"{word} {_listed(ends)}" for word, ends in (("from", origins), ("to", destinations)) if ends]
    return f"{who[0].upper()}{who[1:]}: {' '.join(parts)}"


def _listed(ends: Sequence[Where]) -> str:
    words = [e.name_in_text for e in ends]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
