"""Our events on corpora that have marked ones, beside a plain baseline.

Four kinds of corpus, told apart by their fields:
documents with templates ({"text", "date", "events": [{"type", "stage"?, "dates_iso", "places"}]}), where a
template is found by an event of a fitting type, best with its date and place too; documents with marked words
({"events": [{"type", "trigger", "start", "end"}]}), where an attack is found by an event of a fitting type in the
same sentence; headlines with coded events ({"events": [{"date", "date_end", "lat", "lon"}]}), which an event near one
of them on its days finds; and single lines ({"text", "type", "location", "country"}). The baseline takes the first
cue word of each sentence, the name of a place nearest to it and the day of publication.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import msgspec

from geo.evaluate.corpus import Judged, Table, day, lay_out, read_lines, share
from geo.evaluate.places import largest
from geo.extract.triggers import vocabulary
from geo.extract.truecase import truecase
from geo.filters import VISIBLE
from geo.locate import Gazetteer
from geo.parse import parse
from geo.pipeline import Tools, read
from geo.records import Article, LonLat, Place
from geo.spatial import distance_km

VIOLENT = frozenset(
    "airstrike shelling_missile bombing_ied suicide_attack ground_attack clash clearance_operation raid "
    "killing_execution kidnapping territory_capture".split()
)
FITS: dict[str, frozenset[str]] = {
    "attack": VIOLENT - {"kidnapping"},
    "bombing": VIOLENT - {"kidnapping", "clash"},
    "arson": VIOLENT - {"kidnapping"},
    "kidnapping": frozenset({"kidnapping"}),
    "robbery": VIOLENT | {"seizure"},
    "forced work stoppage": VIOLENT | {"protest_riot"},
}
"""Template type -> our types that tell of it."""
MARKED = ("Conflict.Attack.",)
SPOTS = ("NEIGHBORHOOD", "UNIVERSITY", "AIRPORT", "SUBURB", "FARM", "DISTRICT", "STREET", "REFUGEE CAMP")
"""Kinds of places inside a town or village; a gazetteer holds few of them, so their town is asked for."""
HAPPENED = ("accomplished", "")
CODED_KM = 25.0
"""So far a coder's point for a town may lie from a gazetteer's."""
COUNTRIES = {"Iraq": "IQ", "Syria": "SY"}


class Step(msgspec.Struct, frozen=True):
    """One unit of a template's place: country, department, city …"""

    name: str
    type: str = ""


class Gold(msgspec.Struct, frozen=True):
    """One marked event; which fields are filled depends on the corpus."""

    type: str
    optional: bool = False
    stage: str = ""
    dates_iso: list[str] = []
    places: list[list[Step]] = []
    trigger: str = ""
    start: int = -1
    end: int = -1
    date: str = ""
    date_end: str = ""
    lat: float | None = None
    lon: float | None = None


class Document(msgspec.Struct, frozen=True):
    """One document or line."""

    text: str
    id: str = ""
    date: str | None = None
    events: list[Gold] | None = None
    type: str = ""
    location: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One event as a system tells it."""

    type: str
    days: tuple[date, date] | None
    names: frozenset[str]
    """Folded names of the place and of the units that contain it."""
    spans: tuple[tuple[int, int], ...]
    """The sentences that tell of it."""
    confidence: float = 1.0
    point: LonLat | None = None


@dataclass(slots=True)
class Tally:
    """Counts that are added up over documents, and each event's confidence with the gold's verdict on it."""

    counts: Counter[str] = field(default_factory=Counter)
    judged: list[Judged] = field(default_factory=list)

    def share(self, part: str, whole: str) -> float:
        """0..1; 0 where there is nothing to share."""
        return share(self.counts[part], self.counts[whole])


System = Callable[[Document, Tools], Sequence[Said]]


# --- the two systems


def ours(document: Document, tools: Tools) -> tuple[Said, ...]:
    """What Dateline shows by default: planned, denied and background events are left out."""
    found = read(_article(document), tools).events
    return tuple(
        Said(
            e.event_type,
            (e.when.start, e.when.end) if e.when.start and e.when.end else None,
            _names_of(e.where.place, e.where.name_in_text, *e.where.alternatives) if e.where else frozenset(),
            tuple((proof.span.start, proof.span.end) for proof in e.evidence),
            e.confidence,
            e.where.place.point if e.where else None,
        )
        for e in found
        if e.status in VISIBLE
    )


def baseline(document: Document, tools: Tools) -> tuple[Said, ...]:
    """The first cue word of each sentence, the nearest name the gazetteer knows, the day of publication."""
    doc = parse(truecase(document.text, tools.tagger))
    published = day(document.date)
    cues = {w.split()[0]: c.type for c in reversed(vocabulary().cues) for w in (*c.verbs, *c.nouns)}
    places = [e for e in doc.ents if e.label_ in ("GPE", "LOC", "FAC")]
    found = []
    for sentence in doc.sents:
        word = next((t for t in sentence if t.lemma_.lower() in cues), None)
        if word is None:
            continue
        near = min(places, key=lambda e: abs(e.start - word.i), default=None)
        top = largest(near.text, tools.gazetteer) if near is not None else None
        names = _names_of(top, near.text) if top is not None and near is not None else frozenset()
        days = (published, published) if published else None
        found.append(Said(cues[word.lemma_.lower()], days, names, ((sentence.start_char, sentence.end_char),),
                          point=top.point if top else None))  # fmt: skip
    return tuple(found)


def _article(document: Document) -> Article:
    return Article(document.id, "", "", document.text, "", day(document.date))


def _names_of(place: Place, written: str, *others: Place) -> frozenset[str]:
    names = [written, place.name, *(name for _, name in place.within)]
    names += [p.name for p in others if p.name.casefold() == written.casefold()]
    return frozenset(fold(n) for n in names)


def fold(name: str) -> str:
    """Small letters without accents, brackets and the words of a unit's kind."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = re.sub(r"[^a-z0-9 ]", " ", "".join(c for c in plain if not unicodedata.combining(c)))
    kinds = {"department", "departamento", "province", "provinces", "governorate", "region", "city", "district",
             "municipio", "de", "the"}  # fmt: skip
    return " ".join(w for w in letters.split() if w not in kinds) or " ".join(letters.split())


# --- scoring


def score_templates(document: Document, said: Sequence[Said], tally: Tally) -> None:
    """Each template takes the event that fits it best; what is said of a document without templates is false."""
    gold = document.events or []
    wanted = [g for g in gold if not g.optional and g.stage in HAPPENED and g.type in FITS]
    violent = [s for s in said if s.type in VIOLENT]
    tally.counts["documents"] += 1
    if not gold:
        tally.counts["empty"] += 1
        tally.counts["false"] += len(violent)
        tally.counts["false all"] += len(said)
    for one in violent:
        whole = any(one.type in FITS.get(g.type, ()) and _dated(g, one) and _placed(g, one) for g in gold)
        tally.judged.append((one.confidence, whole))
    for template in wanted:
        fits = [(_dated(template, s), _placed(template, s)) for s in said if s.type in FITS[template.type]]
        tally.counts["gold"] += 1
        tally.counts["type"] += bool(fits)
        tally.counts["date"] += any(d for d, _ in fits)
        tally.counts["place"] += any(p for _, p in fits)
        tally.counts["all"] += any(d and p for d, p in fits)


def _dated(template: Gold, said: Said) -> bool:
    """The intervals meet, and ours is no more than a week longer; a template without a date is met by any."""
    days = [d for text in template.dates_iso if (d := day(text)) is not None]
    return not days or _meets(said, min(days), max(days))


def _meets(said: Said, first: date, last: date) -> bool:
    if said.days is None:
        return False
    slack = (said.days[1] - said.days[0]).days - (last - first).days
    return said.days[0] <= last and first <= said.days[1] and slack <= 7


def _placed(template: Gold, said: Said) -> bool:
    """The town of one of the template's places (its finest unit where it has none) is our place or holds it."""
    for path in template.places:
        steps = [s for s in path if not s.type.startswith(SPOTS)] or path
        if steps and fold(steps[-1].name) in said.names:
            return True
    return not any(template.places)


def score_words(document: Document, said: Sequence[Said], tally: Tally) -> None:
    """A marked attack is found by an event of a violent type whose sentence holds the marked word."""
    marked = [g for g in document.events or [] if g.type.startswith(MARKED)]
    violent = [s for s in said if s.type in VIOLENT]
    for gold in marked:
        tally.counts["gold"] += 1
        tally.counts["type"] += any(start <= gold.start < end for s in violent for start, end in s.spans)
    for one in violent:
        right = any(start <= gold.start < end for gold in marked for start, end in one.spans)
        tally.counts["right"] += right
        tally.judged.append((one.confidence, right))
    tally.counts["documents"] += 1
    tally.counts["said"] += len(violent)


def score_coded(document: Document, said: Sequence[Said], tally: Tally) -> None:
    """A headline is found by an event near a coded point, and dated when on its days as well."""
    gold = [g for g in document.events or [] if g.lat is not None and g.lon is not None]
    if not gold or day(document.date) is None:
        return
    near = [[g for g in gold if _near(g, s)] for s in said]
    whole = [any(_on_days(g, s) for g in found) for s, found in zip(said, near, strict=True)]
    tally.counts["gold"] += 1
    tally.counts["coded"] += 1
    tally.counts["type"] += bool(said)
    tally.counts["place"] += any(near)
    tally.counts["all"] += any(whole)
    tally.judged += [(s.confidence, right) for s, right in zip(said, whole, strict=True)]


def _near(gold: Gold, said: Said) -> bool:
    return said.point is not None and distance_km(said.point, LonLat(gold.lon or 0, gold.lat or 0)) <= CODED_KM


def _on_days(gold: Gold, said: Said) -> bool:
    first = day(gold.date)
    return first is not None and _meets(said, first, day(gold.date_end) or first)


def score_line(document: Document, said: Sequence[Said], tally: Tally, *, known: bool = True) -> None:
    """One line, one event: its type, its place by name and country, and nothing beside it.

    `known`: the gazetteer has a place of that name in the country; only those are asked for their place.
    """
    right = [s for s in said if s.type == document.type]
    placed = [s for s in right if {fold(document.location), fold(document.country)} - {""} <= s.names]
    tally.counts["gold"] += 1
    tally.counts["known"] += known
    tally.counts["type"] += bool(right)
    tally.counts["place"] += bool(placed) and known
    tally.counts["place of all"] += bool(placed)
    tally.counts["more"] += max(0, len(said) - 1)
    tally.judged += [(s.confidence, s in placed) for s in said]


def table(corpora: Sequence[Path], tools: Tools, *, limit: int | None = None) -> Table:
    """The table of one corpus, or of several of one kind together; of `limit` documents drawn by seed."""
    documents = read_lines(corpora, Document, limit)
    systems: tuple[tuple[str, System], ...] = (("Dateline", ours), ("baseline", baseline))
    rows: dict[str, dict[str, float]] = {}
    tallies = []
    for name, system in systems:
        tally = Tally()
        for document in documents:
            score(document, system(document, tools), tally, tools.gazetteer)
        rows[name] = figures_of(tally)
        tallies.append(tally)
    head = f"{' + '.join(p.name for p in corpora)}: {len(documents)} documents, {tallies[0].counts['gold']} events"
    return Table(lay_out(head, rows), rows["Dateline"], tuple(tallies[0].judged))


def score(document: Document, said: Sequence[Said], tally: Tally, gazetteer: Gazetteer) -> None:
    """Adds one document to the tally in the way of its kind."""
    if document.events is None:
        code = COUNTRIES.get(document.country, "")
        found = gazetteer.candidates(document.location)
        score_line(document, said, tally, known=any(not code or c.place.country_code == code for c in found))
    elif any(g.lat is not None for g in document.events):
        score_coded(document, said, tally)
    elif any(g.start >= 0 for g in document.events):
        score_words(document, said, tally)
    else:
        score_templates(document, said, tally)


def figures_of(tally: Tally) -> dict[str, float]:
    """The figures that a corpus of this kind gives, by name."""
    found = {"type found": tally.share("type", "gold")}
    if tally.counts["empty"]:
        found |= {
            "with date": tally.share("date", "gold"),
            "with place": tally.share("place", "gold"),
            "all three": tally.share("all", "gold"),
            "false per empty": tally.share("false", "empty"),
            "any type per empty": tally.share("false all", "empty"),
        }
    elif tally.counts["coded"]:
        found |= {"within 25 km": tally.share("place", "gold"), "and on the day": tally.share("all", "gold")}
    elif tally.counts["documents"]:
        found["of said marked"] = tally.share("right", "said")
        found["said per document"] = tally.share("said", "documents")
    else:
        found |= {"place, if known": tally.share("place", "known"), "place": tally.share("place of all", "gold"),
                  "more per line": tally.share("more", "gold")}  # fmt: skip
    return found
