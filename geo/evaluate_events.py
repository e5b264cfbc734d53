"""Our events on a corpus that has marked ones, beside a plain baseline, as a table.

Three kinds of corpus, told apart by their fields:
documents with templates ({"text", "date", "events": [{"type", "stage"?, "dates_iso", "places"}]}), where a
template is found by an event of a fitting type, best with its date and place too; documents with marked words
({"events": [{"type", "trigger", "start", "end"}]}), where an attack is found by an event of a fitting type in the
same sentence; and single lines ({"text", "type", "location"}). The baseline takes the first cue word of each
sentence, the name of a place nearest to it and the day of publication.
"""

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from geo.extract.triggers import vocabulary
from geo.extract.truecase import truecase
from geo.locate import MatchKind
from geo.parse import parse
from geo.pipeline import Tools, read
from geo.records import Article, BadInput, Place, Status

SHOWN = frozenset({Status.REPORTED, Status.ONGOING, Status.CLAIMED})
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
SEED = 4


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


class Document(msgspec.Struct, frozen=True):
    """One document or line."""

    text: str
    id: str = ""
    date: str | None = None
    events: list[Gold] | None = None
    type: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One event as a system tells it."""

    type: str
    days: tuple[date, date] | None
    names: frozenset[str]
    """Folded names of the place and of the units that contain it."""
    spans: tuple[tuple[int, int], ...]
    """The sentences that tell of it."""


@dataclass(slots=True)
class Tally:
    """Counts that are added up over documents."""

    counts: Counter[str] = field(default_factory=Counter)

    def share(self, part: str, whole: str) -> float:
        """0..1; 0 where there is nothing to share."""
        return self.counts[part] / self.counts[whole] if self.counts[whole] else 0.0


System = Callable[[Document, Tools], Sequence[Said]]


def is_event_corpus(path: Path) -> bool:
    """Whether the first line of a corpus tells of events."""
    with path.open("rb") as lines:
        first = next((line for line in lines if line.strip()), b"{}")
    try:
        row = msgspec.json.decode(first)
    except msgspec.MsgspecError as error:
        raise BadInput(f"Line 1 of {path} is no JSON object: {error}.") from error
    return isinstance(row, dict) and ("strikes" in row or _has_gold(row))


def _has_gold(row: dict[str, Any]) -> bool:
    return "events" in row and ("case" in row or any("trigger" in e for e in row["events"]))


def read_events(path: Path, sample: int | None = None) -> list[Document]:
    """All documents, or so many drawn by a fixed seed, in their order."""
    rows = [line for line in path.read_bytes().splitlines() if line.strip()]
    if sample is not None and sample < len(rows):
        chosen = sorted(random.Random(SEED).sample(range(len(rows)), sample))
        rows = [rows[i] for i in chosen]
    try:
        return [msgspec.json.decode(row, type=Document, strict=False) for row in rows]
    except msgspec.MsgspecError as error:
        raise BadInput(f"{path} holds a line that is no document with events: {error}.") from error


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
        )
        for e in found
        if e.status in SHOWN
    )


def baseline(document: Document, tools: Tools) -> tuple[Said, ...]:
    """The first cue word of each sentence, the nearest name the gazetteer knows, the day of publication."""
    doc = parse(truecase(document.text, tools.tagger))
    published = _day(document.date)
    cues = {w.split()[0]: c.type for c in reversed(vocabulary().cues) for w in (*c.verbs, *c.nouns)}
    places = [e for e in doc.ents if e.label_ in ("GPE", "LOC", "FAC")]
    found = []
    for sentence in doc.sents:
        word = next((t for t in sentence if t.lemma_.lower() in cues), None)
        if word is None:
            continue
        near = min(places, key=lambda e: abs(e.start - word.i), default=None)
        candidates = [] if near is None else tools.gazetteer.candidates(near.text)
        known = [c.place for c in candidates if c.match is not MatchKind.SKELETON]
        top = max(known, key=lambda p: p.population or 0, default=None)
        names = _names_of(top, near.text) if top is not None and near is not None else frozenset()
        days = (published, published) if published else None
        found.append(Said(cues[word.lemma_.lower()], days, names, ((sentence.start_char, sentence.end_char),)))
    return tuple(found)


def _article(document: Document) -> Article:
    return Article(document.id, "", "", document.text, "", _day(document.date))


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written[:10]) if written else None
    except ValueError:
        return None


def _names_of(place: Place, written: str, *others: Place) -> frozenset[str]:
    names = [written, place.name, *(name for _, name in place.within)]
    names += [p.name for p in others if p.name.casefold() == written.casefold()]
    return frozenset(_fold(n) for n in names)


def _fold(name: str) -> str:
    """Small letters without accents, brackets and the words of a unit's kind."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = re.sub(r"[^a-z0-9 ]", " ", "".join(c for c in plain if not unicodedata.combining(c)))
    kinds = {"department", "departamento", "province", "governorate", "city", "district", "municipio", "de", "the"}
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
    else:
        tally.counts["said"] += len(violent)
        tally.counts["fit"] += sum(any(s.type in FITS.get(g.type, ()) for g in gold) for s in violent)
    for template in wanted:
        fits = [(_dated(template, s), _placed(template, s)) for s in said if s.type in FITS[template.type]]
        tally.counts["gold"] += 1
        tally.counts["type"] += bool(fits)
        tally.counts["date"] += any(d for d, _ in fits)
        tally.counts["place"] += any(p for _, p in fits)
        tally.counts["all"] += any(d and p for d, p in fits)


def _dated(template: Gold, said: Said) -> bool:
    """The intervals meet, and ours is no more than a week longer; a template without a date is met by any."""
    days = [d for text in template.dates_iso if (d := _day(text)) is not None]
    if not days:
        return True
    if said.days is None:
        return False
    slack = (said.days[1] - said.days[0]).days - (max(days) - min(days)).days
    return said.days[0] <= max(days) and min(days) <= said.days[1] and slack <= 7


def _placed(template: Gold, said: Said) -> bool:
    """The town of one of the template's places (its finest unit where it has none) is our place or holds it."""
    for path in template.places:
        steps = [s for s in path if not s.type.startswith(SPOTS)] or path
        if steps and _fold(steps[-1].name) in said.names:
            return True
    return not any(template.places)


def score_words(document: Document, said: Sequence[Said], tally: Tally) -> None:
    """A marked attack is found by an event of a violent type whose sentence holds the marked word."""
    for gold in document.events or []:
        if gold.type.startswith(MARKED):
            tally.counts["gold"] += 1
            sentences = [span for s in said if s.type in VIOLENT for span in s.spans]
            tally.counts["type"] += any(start <= gold.start < end for start, end in sentences)
    tally.counts["documents"] += 1
    tally.counts["said"] += sum(s.type in VIOLENT for s in said)


def score_line(document: Document, said: Sequence[Said], tally: Tally) -> None:
    """One line, one event: its type, its place by name, and nothing beside it."""
    right = [s for s in said if s.type == document.type]
    tally.counts["gold"] += 1
    tally.counts["type"] += bool(right)
    tally.counts["place"] += any(_fold(document.location) in s.names for s in right)
    tally.counts["more"] += max(0, len(said) - 1)


def table(corpus: Path, tools: Tools, *, limit: int | None = None) -> tuple[str, dict[str, float]]:
    """The table of one corpus (of `limit` documents drawn by seed), and our own figures by name, for a gate."""
    documents = read_events(corpus, limit)
    systems: tuple[tuple[str, System], ...] = (("Dateline", ours), ("baseline", baseline))
    lines: list[str] = []
    mine: dict[str, float] = {}
    for name, system in systems:
        tally = Tally()
        for document in documents:
            _scorer(document)(document, system(document, tools), tally)
        figures = figures_of(tally)
        mine = mine or figures
        lines.append(f"{name:12}" + "".join(f"{value:>{len(key) + 3}.3f}" for key, value in figures.items()))
    head = f"{corpus.name}: {len(documents)} documents, {tally.counts['gold']} events"
    columns = " " * 12 + "".join(f"   {key}" for key in mine)
    return "\n".join([head, columns, *lines]), mine


def _scorer(document: Document) -> Callable[[Document, Sequence[Said], Tally], None]:
    if document.events is None:
        return score_line
    return score_words if any(g.start >= 0 for g in document.events) else score_templates


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
    elif tally.counts["documents"]:
        found["said per document"] = tally.share("said", "documents")
    else:
        found |= {"place": tally.share("place", "gold"), "more per line": tally.share("more", "gold")}
    return found


def evaluate_events(corpus: Path, tools: Tools, *, limit: int | None = None) -> str:
    """The table for one corpus."""
    return table(corpus, tools, limit=limit)[0]

