"""Event tables: rows become events with their own precision, marked as coded data, and always the same ones."""

import io
import json
from datetime import date
from typing import Any

import openpyxl
import pytest

from geo.read import Batch, read_bytes
from geo.read.coded import codings
from geo.records import DateBasis, DatePrecision, Event, GeoPrecision, Toll

UCDP = {
    "id": "7", "date_start": "2019-09-10", "date_end": "2019-09-11", "date_prec": "2", "type_of_violence": "3",
    "country": "Iraq", "adm_1": "Nineveh", "where_coordinates": "Mosul town", "where_prec": "2", "latitude": "36.335",
    "longitude": "43.13", "side_a": "IS", "side_b": "Civilians", "best": "4", "low": "3", "high": "6",
    "source_headline": "Four killed near Mosul", "source_office": "Example News", "source_date": "1753-01-01",
}
ACLED = {
    "event_id_cnty": "IRQ12", "event_date": "11 September 2019", "time_precision": "2",
    "sub_event_type": "Air/drone strike", "actor1": "Coalition", "actor2": "IS", "country": "Iraq",
    "admin1": "Salah al-Din", "location": "Qanus", "latitude": "35.67", "longitude": "43.27", "geo_precision": "1",
    "notes": "On 11 September, jets bombed an island.", "fatalities": "0", "source": "Example Post",
}
GDELT = {
    "globaleventid": "99", "sqldate": "20190911", "eventcode": "1951", "actor1name": "UNITED STATES",
    "actiongeo_type": "4", "actiongeo_fullname": "Mosul, Ninawa, Iraq", "actiongeo_lat": "36.335",
    "actiongeo_long": "43.1189", "dateadded": "20190912120000", "sourceurl": "https://news.example/a",
}


def as_csv(*rows: dict[str, str]) -> bytes:
    lines = [",".join(rows[0]), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)]
    return "\n".join(lines).encode()


def one(batch: Batch) -> Event:
    assert batch.rejected == ()
    (found,) = batch.coded
    (event,) = found.events
    assert found.article.text[event.evidence[0].span.start:event.evidence[0].span.end] == found.article.text
    assert event.when.basis is DateBasis.CODED
    return event


def test_a_row_of_ucdp() -> None:
    batch = read_bytes(as_csv(UCDP), "ged.csv")
    event = one(batch)
    article = batch.coded[0].article
    assert (event.event_type, event.origins) == ("killing_execution", ("Example News",))
    assert (event.when.start, event.when.end, event.when.precision) == (
        date(2019, 9, 10), date(2019, 9, 11), DatePrecision.RANGE)
    assert event.where is not None
    assert (event.where.precision, event.where.radius_km, event.where.place.name) == (
        GeoPrecision.NEAR, 25, "Mosul town")
    assert event.where.place.within == (("ucdp:Nineveh", "Nineveh"), ("ucdp:Iraq", "Iraq"))
    assert event.killed == Toll(3, 4, 6, "people")
    assert [(a.name, a.role) for a in event.actors] == [("IS", "actor"), ("Civilians", "target")]
    assert (article.source, article.text, article.published) == (
        "UCDP GED (coded data)", "Four killed near Mosul", None)


def test_a_row_of_acled_from_csv_json_and_excel() -> None:
    event = one(read_bytes(as_csv(ACLED), "acled.csv"))
    assert event.event_type == "airstrike"
    assert (event.when.start, event.when.end, event.when.precision) == (
        date(2019, 9, 8), date(2019, 9, 14), DatePrecision.WEEK)
    assert event.killed == Toll(0, 0, 0, "people")
    assert [a.role for a in event.actors] == ["actor", "actor"]
    answer = {"status": 200, "data": [ACLED | {"latitude": 35.67, "event_date": "2019-09-11"}]}
    assert one(read_bytes(json.dumps(answer).encode(), "acled.json")).where == event.where
    book = openpyxl.Workbook()
    book.active.append(list(ACLED))
    book.active.append([*(ACLED | {"event_date": date(2019, 9, 11), "fatalities": 0}).values()])
    out = io.BytesIO()
    book.save(out)
    assert one(read_bytes(out.getvalue(), "acled.xlsx")).when == event.when


@pytest.mark.parametrize("older", [False, True])
def test_a_row_of_gdelt_without_a_header(older: bool) -> None:
    header = [name for name in codings()["gdelt"].header if not (older and name.endswith("_adm2code"))]
    assert len(header) == (58 if older else 61)
    line = "\t".join(GDELT.get(name, '"' if name == "actor1code" else "") for name in header)
    batch = read_bytes(f"{line}\n{line.replace('99', '100', 1)}\n".encode(), "20190911.export.CSV")
    assert batch.rejected == ()
    event = batch.coded[0].events[0]
    assert (event.event_type, event.title) == ("airstrike", "Airstrike, Mosul, Ninawa, Iraq")
    assert event.confidence == 0.3
    article = batch.coded[0].article
    assert (article.url, article.published) == ("https://news.example/a", date(2019, 9, 12))
    assert "GDELT (machine-coded data), 99" in article.text


def test_ids_are_always_the_same_and_a_row_coded_anew_is_another_version() -> None:
    first, again = (read_bytes(as_csv(UCDP), name).coded[0] for name in ("a.csv", "b.csv"))
    assert first == again
    changed = read_bytes(as_csv(UCDP | {"best": "5"}), "a.csv").coded[0]
    other = read_bytes(as_csv(UCDP | {"id": "8"}), "a.csv").coded[0]
    assert len({f.article.id for f in (first, changed, other)}) == 3
    assert len({f.events[0].id for f in (first, changed, other)}) == 3
    assert first.article.how[0] == changed.article.how[0] != other.article.how[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [({"id": ""}, "no 'id'"), ({"latitude": "95"}, "not on Earth"), ({"longitude": "nan"}, "no number"),
     ({"latitude": "36,3"}, "no number"), ({"date_start": "soon"}, "'soon'"),
     ({"date_end": "2019-09-01"}, "does not exist"), ({"date_start": "1753-01-01"}, "1753")],
)
def test_a_row_that_cannot_be_is_named(change: dict[str, str], says: str) -> None:
    batch = read_bytes(as_csv(UCDP | change, UCDP), "a.csv")
    assert len(batch.coded) == 1
    (refused,) = batch.rejected
    assert refused.origin == "a.csv:2"
    assert says in refused.reason


def test_codes_that_nobody_knows_stay_vague() -> None:
    event = one(read_bytes(as_csv(ACLED | {"geo_precision": "9", "time_precision": "", "sub_event_type": "New"}),
                           "a.csv"))
    assert event.where is not None
    assert (event.where.precision, event.event_type) == (GeoPrecision.TOPIC, "statement")
    assert event.when.precision is DatePrecision.DAY


def test_told_columns_make_it_a_table_of_articles() -> None:
    (article,) = read_bytes(as_csv(ACLED), "a.csv", told={"text": "notes"}).articles
    assert article.text == ACLED["notes"]


def test_rows_without_words_say_that_theirs_were_put_together() -> None:
    row: dict[str, Any] = UCDP | {"source_headline": ""}
    article = read_bytes(as_csv(row), "a.csv").coded[0].article
    assert article.text == "Killing (UCDP GED (coded data), 7): IS and Civilians, Mosul town."
    assert {h.rule for h in article.how if h.field == "text"} == {"put together from the columns of the row"}


def test_several_sources_of_a_row_are_several_and_its_first_day_counts() -> None:
    """UCDP and ACLED part them by semicolons, and name one that was read three times three times."""
    change = {"source_office": "SOHR;SOHR; Airwars;", "source_date": "2019-09-12;1753-01-01;2019-09-11"}
    batch = read_bytes(as_csv(UCDP | change), "ged.csv")
    assert one(batch).origins == ("SOHR", "Airwars")
    assert batch.coded[0].article.published == date(2019, 9, 11)
    acled = read_bytes(as_csv(ACLED | {"source": "Example Post; SOHR"}), "a.csv")
    assert one(acled).origins == ("Example Post", "SOHR")


def test_a_row_without_a_point_is_listed_and_one_with_half_a_point_refused() -> None:
    """GDELT often knows no place: type 0 and empty cells."""
    nowhere = {"actiongeo_type": "0", "actiongeo_fullname": "", "actiongeo_lat": "", "actiongeo_long": ""}
    event = one(read_bytes(as_csv(GDELT | nowhere), "gdelt.csv"))
    assert (event.where, event.title, event.confidence) == (None, "Airstrike", 0.3)
    half = read_bytes(as_csv(GDELT | {"actiongeo_lat": ""}), "gdelt.csv")
    assert "no 'actiongeo_lat'" in half.rejected[0].reason


def test_older_names_of_columns_and_the_envelope_of_the_service() -> None:
    older = {"best": "best_est", "low": "low_est", "high": "high_est"}
    row = {older.get(name, name): value for name, value in UCDP.items()} | {"date_start": "2019-09-10T00:00:00"}
    assert one(read_bytes(as_csv(row), "ged.csv")).killed == Toll(3, 4, 6, "people")
    assert one(read_bytes(json.dumps({"TotalCount": 1, "Result": [row]}).encode(), "ged.json")).killed is not None
    old = {name.upper(): value for name, value in ACLED.items() if name != "sub_event_type"}
    for kind, ours in (
        ("Battle-Government regains territory", "territory_capture"), ("Remote violence", "bombing_ied"),
        ("Violence against civilians", "ground_attack"), ("Riots/Protests", "protest_riot"),
    ):
        assert one(read_bytes(as_csv(old | {"EVENT_TYPE": kind}), "acled.csv")).event_type == ours


def test_the_years_before_the_daily_files_have_no_address() -> None:
    header = [name for name in codings()["gdelt"].header if not name.endswith("_adm2code")][:-1]
    line = "\t".join(GDELT.get(name, "") for name in header)
    batch = read_bytes(f"{line}\n{line}\n".encode(), "1979.csv")
    assert len(header) == 57
    assert [f.article.url for f in batch.coded] == ["", ""]
