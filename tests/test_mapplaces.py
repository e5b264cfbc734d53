"""The places of a map in one file: each once, with the names that articles give it, and what lies in what."""

from dataclasses import replace

from geo.show.mapplaces import PlaceTable
from tests.build import PLACES
from tests.filled import at, events, routes


def test_places_stand_once_the_largest_first() -> None:
    table = PlaceTable((*events(), *routes()))
    names = [row["name"] for row in table.rows]
    assert len(set(names)) == len(names)
    assert names.count("Qanus Island") == 1
    populations = {p.name: p.population or 0 for p in PLACES.values()}
    sizes = [populations[name] for name in names]
    assert sizes == sorted(sizes, reverse=True)
    assert all(row["note"] for row in table.rows)


def test_an_event_lies_in_the_units_of_the_file_too() -> None:
    strike = events()[0]
    unit = PLACES["Kirkuk region"]
    town = replace(PLACES["Mosul"], within=((unit.gazetteer_id, unit.name), ("gn:0", "elsewhere")))
    inside = replace(at("Mosul"), place=town, name_in_text="al-Mawsil")
    found = [replace(strike, where=where) for where in (inside, at("Kirkuk region"), None)]
    table = PlaceTable(found)
    by_name = {row["name"]: n for n, row in enumerate(table.rows)}
    assert table.of(found[0]) == {"at": [by_name["Mosul"], by_name[unit.name]], "own": 1}
    assert table.of(found[1]) == {"at": [by_name[unit.name]], "own": 1}
    assert table.of(found[2]) == {"at": [], "own": 0}
    assert table.rows[by_name["Mosul"]]["also"] == ["al-Mawsil"]


def test_hostile_names_are_cleaned() -> None:
    bad = replace(at("Mosul"), place=replace(PLACES["Mosul"], name="\u202eX"), name_in_text="\u202eY\x00")
    (row,) = PlaceTable((replace(events()[0], where=bad),)).rows
    assert (row["name"], row["also"]) == ("X", ["Y "])
