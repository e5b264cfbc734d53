"""Our scores on a corpus, beside a plain baseline, as a table.

The corpus is JSON lines: {"id", "text", "toponyms": [{"start", "end", "lat", "lon", "demonym"?}],
"source"?}.
Only gold toponyms with coordinates count; a prediction that merely touches one without is neither right nor wrong.
"""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from geo.evaluate.corpus import f1, share
from geo.extract.truecase import truecase
from geo.locate import Gazetteer, MatchKind, locate
from geo.locate.edges import marked
from geo.parse import parse
from geo.pipeline import Tools
from geo.records import BadInput, LonLat, MentionKind, Place
from geo.spatial import distance_km

WORST_KM = 20_039.0
"""Half the circumference of the Earth: the error of a place that was not found or not placed."""
NEAR_KM = 161.0
"""A hundred miles, the field's mark for "the right place"."""


class Gold(msgspec.Struct, frozen=True):
    """One annotated name; keys not listed here are the corpus's own business."""

    start: int
    end: int
    lat: float | None = None
    lon: float | None = None
    demonym: bool = False


class Document(msgspec.Struct, frozen=True):
    """One line of the corpus."""

    id: str
    text: str
    toponyms: list[Gold]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """One predicted name: code points, and where it is put (None: nowhere)."""

    start: int
    end: int
    point: LonLat | None
    demonym: bool = False


Pair = tuple[Document, Sequence[Guess]]


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures of one system on one corpus; shares are 0..1, errors in km."""

    gold: int
    said: int
    exact: int
    """Same span."""
    touching: int
    """Overlapping spans, paired one to one."""
    errors_found: tuple[float, ...]
    """Of gold names that were found and placed."""
    missed: int
    """Gold names that were not found or not placed."""

    def f1(self, right: int) -> tuple[float, float, float]:
        """Precision, recall and F1 for so many right answers."""
        return f1(right, self.said, self.gold)

    def near_found(self) -> float:
        """Share within NEAR_KM among names found and placed."""
        return share(sum(e <= NEAR_KM for e in self.errors_found), len(self.errors_found))

    def near_all(self) -> float:
        """The same over every gold name."""
        return share(sum(e <= NEAR_KM for e in self.errors_found), len(self.errors_found) + self.missed)

    def median_km(self) -> float:
        """Median error over the names found and placed; WORST_KM when there are none."""
        return statistics.median(self.errors_found) if self.errors_found else WORST_KM


def score(pairs: Iterable[Pair]) -> Scores:
    """Adds up all documents; each must come with the guesses made for it."""
    gold = said = exact = touching = missed = 0
    errors: list[float] = []
    for document, all_guesses in pairs:
        wanted = [g for g in document.toponyms if g.lat is not None and g.lon is not None]
        others = [g for g in document.toponyms if g.lat is None or g.lon is None]
        guesses = sorted({(g.start, g.end): g for g in all_guesses}.values(), key=lambda g: g.start)
        partner = _paired(wanted, guesses)
        used = set(partner.values())
        ignored = sum(1 for i, g in enumerate(guesses) if i not in used and any(_overlap(o, g) > 0 for o in others))
        gold, said, touching = gold + len(wanted), said + len(guesses) - ignored, touching + len(partner)
        for number, name in enumerate(wanted):
            guess = guesses[partner[number]] if number in partner else None
            exact += guess is not None and (guess.start, guess.end) == (name.start, name.end)
            if guess is None or guess.point is None:
                missed += 1
            else:
                errors.append(min(distance_km(guess.point, LonLat(name.lon or 0.0, name.lat or 0.0)), WORST_KM))
    return Scores(gold, said, exact, touching, tuple(errors), missed)


def _overlap(one: Gold | Guess, other: Gold | Guess) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _paired(wanted: Sequence[Gold], guesses: Sequence[Guess]) -> dict[int, int]:
    """Number of the guess for each gold name that has one: equal spans first, then the longest overlap."""
    options = []
    for i, name in enumerate(wanted):
        for j, guess in enumerate(guesses):
            if (shared := _overlap(name, guess)) > 0:
                differs = (name.start, name.end) != (guess.start, guess.end)
                options.append((differs, -shared, abs(name.start - guess.start), i, j))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for *_, i, j in sorted(options):
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    return partner


def read_corpus(path: Path, limit: int | None = None) -> list[Document]:
    """The first `limit` documents, or all; BadInput names the line that cannot be read."""
    documents: list[Document] = []
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if limit is not None and len(documents) >= limit:
                break
            if not line.strip():
                continue
            try:
                documents.append(msgspec.json.decode(line, type=Document, strict=False))
            except msgspec.MsgspecError as error:
                raise BadInput(f"Line {number} of {path} is no corpus document: {error}.") from error
    return documents


def ours(document: Document, tools: Tools) -> tuple[Guess, ...]:
    """What Dateline says, names without the head nouns in small letters behind them, as `locate` prints them."""
    text = truecase(document.text, tools.tagger)
    found = locate(text, parse(text, names_only=True), tools.tagger, tools.gazetteer, source=document.source)
    spans = [(marked(document.text, t.mention), t) for t in found]
    return tuple(Guess(span.start, span.end, t.place.point if t.place else None,
                       t.mention.kind is MentionKind.DEMONYM) for span, t in spans)  # fmt: skip


def baseline(document: Document, tools: Tools) -> tuple[Guess, ...]:
    """The parser's own place entities, each put at the most populous place of that name."""
    entities = [e for e in parse(document.text, names_only=True).ents if e.label_ in ("GPE", "LOC", "FAC")]
    return tuple(Guess(e.start_char, e.end_char, _largest(e.text, tools.gazetteer)) for e in entities)


def _largest(name: str, gazetteer: Gazetteer) -> LonLat | None:
    place = largest(name, gazetteer)
    return place.point if place else None


def largest(name: str, gazetteer: Gazetteer) -> Place | None:
    """The most populous place of that name; None where the gazetteer has none."""
    known = [c.place for c in gazetteer.candidates(name) if c.match is not MatchKind.SKELETON]
    return max(known, key=lambda p: p.population or 0, default=None)


def table(corpus: Path, tools: Tools, *, limit: int | None = None) -> tuple[str, Scores]:
    """The table of one corpus (with demonyms, without them, and the plain baseline), and our scores for a gate."""
    documents = read_corpus(corpus, limit)
    mine = [(d, ours(d, tools)) for d in documents]
    plain = [(d, baseline(d, tools)) for d in documents]
    rows = [("Dateline", score(mine)), ("Dateline, no demonyms", score(_without_demonyms(mine))),
            ("baseline", score(plain)), ("baseline, no demonyms", score(_without_demonyms(plain)))]  # fmt: skip
    head = f"{corpus.name}: {len(documents)} documents, {rows[0][1].gold} places with coordinates"
    columns = f"{'':24}{'P':>7}{'R':>7}{'F1':>7}{'F1 overlap':>12}{'@161 found':>12}{'@161 all':>10}{'median km':>11}"
    return "\n".join([head, columns, *(_row(name, scores) for name, scores in rows)]), rows[0][1]


def _without_demonyms(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Demonyms of the gold are left out of the count, and predicted ones out of the answer."""
    def strip(name: Gold) -> Gold:
        return msgspec.structs.replace(name, lat=None, lon=None) if name.demonym else name

    for document, guesses in pairs:
        bare = msgspec.structs.replace(document, toponyms=[strip(g) for g in document.toponyms])
        yield bare, tuple(g for g in guesses if not g.demonym)


def _row(name: str, s: Scores) -> str:
    precision, recall, both = s.f1(s.exact)
    return (f"{name:24}{precision:7.3f}{recall:7.3f}{both:7.3f}{s.f1(s.touching)[2]:12.3f}"
            f"{s.near_found():12.3f}{s.near_all():10.3f}{s.median_km():11.1f}")  # fmt: skip
