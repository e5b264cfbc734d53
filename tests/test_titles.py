"""Titles of our own words follow the page's language; names, and titles that somebody else gave, stay."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from geo.extract.events import title_of
from geo.extract.routes import route_title
from geo.lexicon import types
from geo.locate.relations import relations
from geo.records import Findings, GeoPrecision, LonLat, Where
from geo.show import geojson, place_words, putright, titles
from geo.show.language import ENGLISH, speak
from geo.show.source_words import factor_name
from tests.build import PLACES, article, toponyms
from tests.filled import events, routes


@pytest.fixture
def arabic() -> Iterator[None]:
    speak("ar")
    yield
    speak(ENGLISH)


def plain(text: str) -> str:
    """Without the marks that set names apart."""
    return text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.usefixtures("arabic")
@pytest.mark.parametrize(("title", "kind", "told"), [
    ("Airstrike on Qanus Island", "airstrike", "غارة جوية على Qanus Island"),
    ("Airstrike near Mosul", "airstrike", "غارة جوية قرب Mosul"),
    ("Airstrike north of Mosul", "airstrike", "غارة جوية شمال Mosul"),
    ("Airstrike 15 km south-east of Mosul", "airstrike", "غارة جوية على بعد 15 كم جنوب شرقي Mosul"),
    ("Airstrike 15 km from Mosul", "airstrike", "غارة جوية على بعد 15 كم من Mosul"),
    ("Airstrike 15 km NNE of Mosul", "airstrike", "غارة جوية على بعد 15 كم شمال شمال شرقي Mosul"),
    ("Airstrike two miles west-north-west of Mosul", "airstrike", "غارة جوية على بعد 2 ميل غرب شمال غربي Mosul"),
    ("Airstrike several km from Mosul", "airstrike", "غارة جوية على بعد عدة كم من Mosul"),
    ("Airstrike off Fujairah", "airstrike", "غارة جوية قبالة Fujairah"),
    ("Airstrike north of king of Mosul", "airstrike", "غارة جوية شمال king of Mosul"),
    ("Airstrike by man from Mosul", "airstrike", "غارة جوية من جانب man from Mosul"),
    ("Airstrike hits man from Mosul", "airstrike", "Airstrike hits man from Mosul"),
    ("Sanctions by US", "sanctions", "عقوبات من جانب US"),
    ("Airstrike", "airstrike", "غارة جوية"),
    ("Airstrike, Mosul", "airstrike", "غارة جوية، Mosul"),
    ("Airstrike north-north-east of Mosul", "airstrike", "غارة جوية شمال شمال شرقي Mosul"),
    ("Airstrikes kill 9 in Mosul", "airstrike", "Airstrikes kill 9 in Mosul"),
    ("Airstrike in Mosul", "a type of another Dateline", "Airstrike in Mosul"),
])
def test_a_title_in_arabic(title: str, kind: str, told: str) -> None:
    assert plain(titles.event_title(title, kind)) == told


@pytest.mark.usefixtures("arabic")
def test_every_title_that_we_make_is_said() -> None:
    """Of each type, with each relation that stands in the word lists."""
    said = {"", *(row.says for row in (*relations().before, *relations().after)), "north of", "5 miles west of"}
    for kind in types().types:
        for relation in sorted(said):
            where = Where(PLACES["Mosul"], "Mosul", GeoPrecision.NEAR, 5.0, relation)
            made = title_of(kind, where)
            assert titles.event_title(made, kind) != made


@pytest.mark.usefixtures("arabic")
def test_routes_and_exports() -> None:
    (route,) = routes()
    assert titles.shown(route) == route.title  # "Syria and … → …": somebody's own
    ours = replace(route, title=route_title(route.movers[:2], route.origins, route.destinations))
    assert plain(titles.shown(ours)) == "ISIS members: من Syria وJazeera Desert إلى Mosul، Makhmur وKirkuk region"
    nameless = replace(ours, movers=(), destinations=(), title=route_title((), ours.origins, ()))
    assert plain(titles.shown(nameless)) == "تحرّك: من Syria وJazeera Desert"
    event = events()[0]
    assert geojson.event_feature(event, {})["properties"]["title"] == "Airstrike on Qanus Island"


def test_english_stays_as_it_is() -> None:
    assert titles.event_title("Airstrike on \u202eQanus", "airstrike") == "Airstrike on Qanus"


def test_why_a_name_is_that_place() -> None:
    told = article("Aircraft bombed Mosul.")
    (found,) = toponyms(told.text, {"Mosul": "Mosul"})
    why = ("canonical name", "population 1,683,000", "other names are in IQ", "12 km from another name", "odd one")
    read = [Findings(told, (replace(found, reasons=why),))]
    where = Where(PLACES["Mosul"], "Mosul", GeoPrecision.EXACT, 5.0)
    assert place_words.reasons(where, read) == (
        "it is called so", "1,683,000 inhabitants", "other names in the article are in Iraq",
        "12 km from another place in the article", "odd one",
    )
    assert place_words.reasons(replace(where, place=PLACES["Kirkuk"]), read) == ()
    given = putright.at_place(PLACES["Kirkuk"], where)
    assert (place_words.reasons(given, read), given.name_in_text) == (("given by a person",), "Kirkuk")


def test_a_place_given_by_hand_keeps_the_name_that_may_mean_it() -> None:
    where = Where(PLACES["Kirkuk region"], "Kirkuk", GeoPrecision.ADMIN1, 60.0, alternatives=(PLACES["Kirkuk"],))
    assert putright.at_place(PLACES["Kirkuk"], where).name_in_text == "Kirkuk"
    spot = LonLat(44.4, 35.5)
    assert putright.at_point(spot, "", where).name_in_text == "Kirkuk"
    assert putright.at_point(spot, "Old mill", where).name_in_text == "Old mill"


@pytest.mark.parametrize(("text", "point"), [
    ("35.6731, 43.2742", LonLat(43.2742, 35.6731)), (" -12 140.5 ", LonLat(140.5, -12)),
    ("35.6° 43.2°", LonLat(43.2, 35.6)),
    ("٣٥٫٦٧، ٤٣٫٢٧", LonLat(43.27, 35.67)), ("", None), ("Mosul", None), ("91, 0", None), ("0, 181", None),
    ("nan, 3", None), ("1, 2, 3", None), ("1e999 0", None),
])
def test_typed_coordinates(text: str, point: LonLat | None) -> None:
    assert putright.read_point(text) == point


def test_factors_of_routes_in_words() -> None:
    assert factor_name("3 independent origins") == "3 independent origins"
    assert factor_name("told as habitual") == "Told as: habitual"
    assert factor_name("ends by hand") == "Ends given by a person"
    assert factor_name("something_new") == "Something new"
