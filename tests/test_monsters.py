"""Texts without sentences: lists, tables and runs of words end somewhere, and another language tells no events."""

import time
from datetime import date

import pytest

from geo.extract.dates import find_dates
from geo.extract.events import find_events
from geo.extract.origins import origins_by_sentence
from geo.locate import Gazetteer, Tagger
from geo.parse import STOPPED, parse
from geo.pipeline import Tools, read
from tests import build

DAY = date(2019, 9, 11)
PLAIN = {name: name for name in ("Mosul", "Raqqa", "Aleppo")}
RUNS = {
    "a list": "a bomb killed two soldiers in Mosul on Monday, ",
    "one long clause": "rebels attacked Aleppo and soldiers fled from Raqqa to Mosul and ",
    "no stops": "bomb attack mosul two killed monday police said convoy hit ",
    "open quotes": 'he said "the attack in Mosul killed ten people ',
    "stops only": ". ",
    "a table": "Mosul | 12 killed | Monday | bomb\n",
    "code": "if (x[i] == attack) { kill(pid, 9); } // bomb\n",
}


def repeated(unit: str, words: int) -> str:
    return unit * (words // len(unit.split()))


@pytest.mark.parametrize("unit", RUNS.values(), ids=RUNS)
def test_no_sentence_has_five_thousand_words(unit: str) -> None:
    doc = parse(repeated(unit, 5000))
    assert max(len(s) for s in doc.sents) <= STOPPED


def test_ordinary_sentences_are_not_cut() -> None:
    text = "Rebels, who came from the hills, attacked a convoy; soldiers fled, police said, nobody was hurt. " * 30
    assert len(list(parse(text.strip()).sents)) == 30


@pytest.mark.parametrize("unit", [RUNS["a list"], RUNS["open quotes"]], ids=["a list", "open quotes"])
def test_time_grows_with_the_length(unit: str) -> None:
    def cost(words: int) -> float:
        text = repeated(unit, words)
        doc, toponyms, dates = parse(text), build.toponyms(text, PLAIN), find_dates(text, DAY)
        began = time.process_time()
        article = build.article(text, DAY)
        find_events(article, doc, toponyms, dates, origins_by_sentence(article, doc), closed=frozenset())
        return time.process_time() - began

    cost(100)
    assert cost(1600) < 10 * cost(400) + 0.5


def test_another_language_has_places_and_no_events(gazetteer: Gazetteer) -> None:
    text = ("Dos bombas estallaron el martes en el centro de la ciudad de Bogotá y mataron a doce personas, según la "
            "policía. El ataque fue condenado por el gobierno de Colombia.")  # fmt: skip
    found = read(build.article(text, DAY), Tools(gazetteer, Tagger.open()))
    assert found.article.language == "es"
    assert (found.events, found.routes) == ((), ())
    english = read(build.article("Two bombs exploded in Mosul on Monday, killing ten people, police said.", DAY),
                   Tools(gazetteer, Tagger.open()))  # fmt: skip
    assert english.article.language == "en"
    assert english.events
