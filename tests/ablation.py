"""python -m tests.ablation CORPUS…: what each reason of resolution is worth, as accuracy without it.

Names are found once; then one constant of geo.locate.resolve at a time is set so that it says nothing, and the share
of all annotated names with coordinates that are put within 161 km is printed, beside the whole's.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from geo.evaluate import Document, Guess, read_corpus, score
from geo.locate import Gazetteer, MatchKind, Tagger, find_mentions
from geo.parse import parse
from geo.records import Mention, MentionKind
from tests.hard_places import NOBODYS

RULES = import_module("geo.locate.resolve")
EVEN = dict.fromkeys(MatchKind, 0.0)
OFF: dict[str, dict[str, object]] = {
    "all reasons": {},
    "no kind of match": {"MATCH": EVEN},
    "no population": {"POPULATION": 0.0, "HEADCOUNT": {}},
    "no stand-in for uncounted chief towns": {"HEADCOUNT": {}},
    "no bonus for countries": {"COUNTRY_NAME": 0.0},
    "no bonus for first-order units": {"FIRST_ORDER": 0.0},
    "a bare name may be the province of its chief town": {"seated": lambda candidates: frozenset()},
    "no bonus for capitals": {"CAPITAL": 0.0},
    "no bonus for seas and regions": {"VAST": 0.0, "PHYSICAL": 0.0},
    "no country of the other names": {"IN_COUNTRY": 0.0},
    "no unit of the other names": {"IN_UNIT": 0.0},
    "few names count in full": {"FEW": 0.0},
    "no nearness": {"NEAR": 0.0},
    "no container beside the name": {"WRITTEN_OUT": 0.0},
    "no home country of the source": {"HOME": 0.0},
    "no town in the source's name": {"PRESS": 0.0},
    "no groups": {"OF_GROUP": 0.0, "GROUP": 0.0},
    "no comparison by consonants": {"TRANSLITERATED": frozenset()},
    "same consonants need not be alike": {"ALIKE": {}, "ALIKE_LONG": 0.0, "ALIKE_ANYWHERE": 0.0},
    "ties are guessed": {"TIE": 0.0},
    "what little speaks for is chosen": {"LEAST": 0.0},
    "one pass": {"PASSES": 1},
    "largest population alone": {
        "MATCH": EVEN, "HEADCOUNT": {}, "COUNTRY_NAME": 0.0, "FIRST_ORDER": 0.0, "SECOND_ORDER": 0.0, "CAPITAL": 0.0,
        "SEAT": 0.0, "VAST": 0.0, "PHYSICAL": 0.0, "IN_COUNTRY": 0.0, "IN_UNIT": 0.0, "NEAR": 0.0, "WRITTEN_OUT": 0.0,
        "HOME": 0.0, "OF_GROUP": 0.0, "TIE": 0.0, "LEAST": 0.0, "TRANSLITERATED": frozenset()},
}  # fmt: skip
"""What is switched off, and the constants that do it."""

Named = tuple[Document, Sequence[Mention]]


@contextmanager
def without(constants: dict[str, object]) -> Iterator[None]:
    """The rules with these constants, restored afterwards."""
    before = {name: getattr(RULES, name) for name in constants}
    try:
        for name, value in constants.items():
            setattr(RULES, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(RULES, name, value)


def near(named: Sequence[Named], gazetteer: Gazetteer) -> tuple[float, float]:
    """Shares within 161 km: of the names found and placed, and of all names."""
    pairs = []
    for document, mentions in named:
        found = RULES.resolve(mentions, document.text, gazetteer, source=document.source)
        guesses = tuple(Guess(t.mention.span.start, t.mention.span.end, t.place.point if t.place else None,
                              t.mention.kind is MentionKind.DEMONYM) for t in found)  # fmt: skip
        pairs.append((document, guesses))
    scores = score(pairs)
    return scores.near_found(), scores.near_all()


def rows(corpora: Sequence[Sequence[Named]], gazetteer: Gazetteer) -> Iterator[str]:
    """Lines of a Markdown table, one for each entry of OFF."""
    for label, constants in OFF.items():
        with without(constants):
            figures = [figure for named in corpora for figure in near(named, gazetteer)]
        yield f"| {label} | " + " | ".join(f"{figure:.4f}" for figure in figures) + " |"


def main(paths: Sequence[str]) -> int:
    if not paths:
        print("Name at least one corpus file.", file=sys.stderr)
        return 2
    tagger, gazetteer = Tagger.open(), Gazetteer.open(places=NOBODYS)
    corpora = [[(d, find_mentions(d.text, parse(d.text), tagger, gazetteer)) for d in read_corpus(Path(path))]
               for path in paths]  # fmt: skip
    print("| | " + " | ".join(f"{Path(path).stem} placed | {Path(path).stem} all" for path in paths) + " |")
    print("|---" * (1 + 2 * len(paths)) + "|")
    for row in rows(corpora, gazetteer):
        print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
