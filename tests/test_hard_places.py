"""Names that mislead, each with what it must be taken for; what we still get wrong is written down and held to."""

import pytest

from geo.locate import Gazetteer, Tagger
from tests.hard_places import FILE, Case, answers, cases, place_of

LEAST = 60


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.open()


@pytest.mark.parametrize("case", cases(), ids=[case.slug for case in cases()])
def test_hard_place(case: Case, tagger: Tagger, gazetteer: Gazetteer) -> None:
    for words, got in answers(case, tagger, gazetteer).items():
        wanted, noted = case.places[words], case.known_wrong.get(words)
        if noted is None:
            assert got == wanted, f"{words!r} is taken for {got}: {case.why}"
        else:
            assert got != wanted, (f"{words!r} is right now: take it out of known_wrong in {FILE.name} "
                                   "(python -m tests.hard_places --note)")  # fmt: skip
            assert got == noted, f"{words!r} is wrong in another way than {noted}, which {FILE.name} notes: {got}"


def test_the_cases_are_what_they_say(gazetteer: Gazetteer) -> None:
    slugs = [case.slug for case in cases()]
    assert len(slugs) >= LEAST
    assert len(set(slugs)) == len(slugs)
    for case in cases():
        assert case.why, case.slug
        assert set(case.known_wrong) <= set(case.places), case.slug
        for words, wanted in case.places.items():
            place_of(case.text, words)
            known = wanted in ("none", "unresolved") or wanted.startswith("demonym:") or gazetteer.get(wanted)
            assert known, f"{case.slug}: the gazetteer has no {wanted}"
        for words, noted in case.known_wrong.items():
            assert noted != case.places[words], f"{case.slug}: {words!r} is noted as wrong with what is wanted"
