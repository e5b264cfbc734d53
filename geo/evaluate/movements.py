"""Our movements on sentences with marked ones, beside a plain baseline: ends as slots, each a role and a name.

Two kinds of corpus: sentences ({"text", "pub_date", "routes": [{"origins", "waypoints", "destinations"}]}, [] for a
sentence that tells of no movement), and documents with marked words ({"events": [{"type": "Movement…", "start",
"arguments": [{"role", "start", "phrase"}]}]}), of which only movements with a capitalised end are asked for and only
what stands in their sentences is counted as said. The baseline takes the name before the first cue word of a
sentence for the origin and the one after it for the destination.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from geo.evaluate.corpus import Table, day, f1, lay_out, read_lines, share
from geo.evaluate.events import fold
from geo.extract.route_cues import cues
from geo.parse import parse
from geo.pipeline import Tools, read
from geo.records import Article, RouteStatus

Slot = tuple[str, str]
"""Role and folded name."""
HIDDEN = frozenset({RouteStatus.NEGATED, RouteStatus.PLANNED, RouteStatus.BACKGROUND})
"""Not counted as said. What is blocked is, though the map hides it: annotators mark it like any other."""
ROLES = {"Origin": "origin", "Destination": "destination", "Place": "waypoint"}


class Movement(msgspec.Struct, frozen=True):
    """One movement as marked."""

    origins: list[str] = []
    waypoints: list[str] = []
    destinations: list[str] = []


class Argument(msgspec.Struct, frozen=True):
    """One part of a marked movement."""

    role: str
    phrase: str


class Mark(msgspec.Struct, frozen=True):
    """A marked word of any kind of event."""

    type: str = ""
    start: int = -1
    arguments: list[Argument] = []


class Document(msgspec.Struct, frozen=True):
    """One sentence with its movements, or one document with marked words."""

    text: str
    pub_date: str | None = None
    routes: list[Movement] | None = None
    events: list[Mark] = []


Said = tuple[tuple[int, int], frozenset[Slot]]
"""The sentence a movement is told in, and its ends."""
System = Callable[[Document, Tools], list[Said]]


def ours(document: Document, tools: Tools) -> list[Said]:
    """The movements, without HIDDEN ones, in each sentence that tells of them."""
    article = Article("", "", "", document.text, "", day(document.pub_date))
    found = []
    for route in read(article, tools).routes:
        if route.status in HIDDEN:
            continue
        sides = (("origin", route.origins), ("waypoint", route.waypoints), ("destination", route.destinations))
        slots = frozenset((role, fold(end.name_in_text)) for role, ends in sides for end in ends)
        found += [((proof.span.start, proof.span.end), slots) for proof in route.evidence]
    return found


def baseline(document: Document, tools: Tools) -> list[Said]:
    """The nearest names before and behind the first cue word."""
    rows = [*(c.lemmas for c in cues().verb), *(c.lemmas for c in cues().noun), *(c.lemmas for c in cues().line)]
    words = {lemma.split()[0] for lemmas in rows for lemma in lemmas}
    doc = parse(document.text)
    found = []
    for sentence in doc.sents:
        word = next((t for t in sentence if t.lemma_.lower() in words), None)
        if word is None:
            continue
        names = [e for e in doc.ents if e.label_ in ("GPE", "LOC", "FAC") and e.sent == sentence]
        before = [("origin", fold(e.text)) for e in names if e.end <= word.i][-1:]
        behind = [("destination", fold(e.text)) for e in names if e.start > word.i][:1]
        found.append(((sentence.start_char, sentence.end_char), frozenset([*before, *behind])))
    return found


def table(corpora: Sequence[Path], tools: Tools, *, limit: int | None = None) -> Table:
    """Precision, recall and F1 of the ends; of sentences, also the share of movements whose ends are all right."""
    documents = read_lines(corpora, Document, limit)
    systems = {"Dateline": _figures(documents, ours, tools), "baseline": _figures(documents, baseline, tools)}
    head = f"{' + '.join(p.name for p in corpora)}: {len(documents)} texts with movements or none"
    return Table(lay_out(head, systems), systems["Dateline"])


def _figures(documents: Sequence[Document], system: System, tools: Tools) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for document in documents:
        if document.routes is None:
            _score_marks(document, system, tools, counts)
        else:
            _score_sentence(document.routes, system(document, tools), counts)
    precision, recall, both = f1(counts["right"], counts["said"], counts["gold"])
    found = {"slots P": precision, "slots R": recall, "slots F1": both}
    if counts["sentences"]:
        found["all ends right"] = share(counts["exact"], counts["sentences"])
        found["negatives clean"] = share(counts["clean"], counts["negatives"])
    return found


def _score_sentence(gold: Sequence[Movement], said: Sequence[Said], counts: Counter[str]) -> None:
    told = Counter(slot for _, slots in said for slot in slots)
    if not gold:
        counts["negatives"] += 1
        counts["clean"] += not said
        counts["said"] += told.total()
        return
    sides = [(role, name) for one in gold for role, names in
             (("origin", one.origins), ("waypoint", one.waypoints), ("destination", one.destinations))
             for name in names]  # fmt: skip
    wanted = Counter((role, fold(name)) for role, name in sides)
    _add(wanted, told, counts)
    counts["sentences"] += 1
    counts["exact"] += wanted == told


def _score_marks(document: Document, system: System, tools: Tools, counts: Counter[str]) -> None:
    movements = [
        (mark.start, [(ROLES[a.role], fold(a.phrase)) for a in mark.arguments
                      if a.role in ROLES and a.phrase[:1].isupper()])
        for mark in document.events if mark.type.startswith("Movement.")
    ]  # fmt: skip
    asked = [(start, slots) for start, slots in movements if slots]
    if not asked:
        return
    said = [(span, slots) for span, slots in system(document, tools)
            if any(span[0] <= start < span[1] for start, _ in asked)]  # fmt: skip
    _add(Counter(s for _, slots in asked for s in slots), Counter(s for _, slots in said for s in slots), counts)


def _add(wanted: Counter[Slot], told: Counter[Slot], counts: Counter[str]) -> None:
    counts["gold"] += wanted.total()
    counts["said"] += told.total()
    counts["right"] += (wanted & told).total()
