"""The hard cases of tests/cases/hard_places.toml: reading them, running them, and the share that is right."""

import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from geo.locate import Gazetteer, Tagger
from geo.pipeline import Tools, toponyms_of
from geo.records import Article, MentionKind, Toponym

FILE = Path(__file__).parent / "cases" / "hard_places.toml"
NOBODYS = Path(__file__).parent / "cases" / "none.places.sqlite"
"""No such file: what is measured is the shipped gazetteer, whatever places the user of this machine has added."""


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One paragraph; what each field means stands in the file."""

    slug: str
    why: str
    text: str
    places: dict[str, str]
    known_wrong: dict[str, str] = {}
    source: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    case: list[Case]


@cache
def cases() -> tuple[Case, ...]:
    """In the order of the file."""
    return tuple(msgspec.convert(tomllib.loads(FILE.read_text("utf-8")), _File).case)


def place_of(text: str, words: str) -> tuple[int, int]:
    """The quoted words in the text, "Paris#2" for the second occurrence; ValueError when they are not there."""
    name, _, number = words.partition("#")
    found = [hit.span() for hit in re.finditer(re.escape(name), text)]
    if len(found) < int(number or 1):
        raise ValueError(f"{words!r} is not in {text[:60]!r}")
    return found[int(number or 1) - 1]


def answers(case: Case, tagger: Tagger, gazetteer: Gazetteer) -> dict[str, str]:
    """For each of the case's words what is answered today, in the notation of the file."""
    found = toponyms_of(Article("1", "", "", case.text, case.source, None), Tools(gazetteer, tagger))
    return {words: _answer(found, *place_of(case.text, words)) for words in case.places}


def _answer(found: tuple[Toponym, ...], start: int, end: int) -> str:
    over = [t for t in found if t.mention.span.start < end and start < t.mention.span.end]
    if not over:
        return "none"
    if over[0].mention.kind is MentionKind.DEMONYM:
        return f"demonym:{over[0].place.country_code if over[0].place else ''}"
    return over[0].place.gazetteer_id if over[0].place else "unresolved"


def share(tagger: Tagger, gazetteer: Gazetteer) -> tuple[int, int]:
    """(answers that are right, answers asked for) over all cases."""
    told = [(case, answers(case, tagger, gazetteer)) for case in cases()]
    pairs = [(got[words], wanted) for case, got in told for words, wanted in case.places.items()]
    return sum(got == wanted for got, wanted in pairs), len(pairs)


def changes(tagger: Tagger, gazetteer: Gazetteer) -> Iterator[str]:
    """A line for each answer that is neither the wanted one nor the one noted as known to be wrong."""
    for case in cases():
        for words, got in answers(case, tagger, gazetteer).items():
            noted = case.known_wrong.get(words, case.places[words])
            if got != noted:
                yield f"{case.slug}: {words!r} gives {got}, noted {noted}, wanted {case.places[words]}"


def note(tagger: Tagger, gazetteer: Gazetteer) -> None:
    """Writes today's wrong answers into the file, below the places of each case; right ones lose their entry."""
    lines: list[str] = []
    remaining = iter(cases())
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith("known_wrong = "):
            continue
        lines.append(line)
        if line.startswith("places = "):
            case = next(remaining)
            got = answers(case, tagger, gazetteer)
            wrong = [f'"{words}" = "{got[words]}"' for words, wanted in case.places.items() if got[words] != wanted]
            lines += [f"known_wrong = {{ {', '.join(wrong)} }}"] if wrong else []
    FILE.write_text("\n".join(lines) + "\n", "utf-8")


def main(arguments: list[str]) -> int:
    """Prints what has changed and the share that is right; --note brings `known_wrong` up to date."""
    tools = (Tagger.open(), Gazetteer.open(places=NOBODYS))
    for line in changes(*tools):
        print(line)
    if "--note" in arguments:
        note(*tools)
    right, asked = share(*tools)
    print(f"hard places: {right} of {asked} right ({right / asked:.3f})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
