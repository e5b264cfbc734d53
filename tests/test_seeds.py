"""The two seed articles, from the text alone and through the general code, against the hand-written gold."""

import json
from datetime import date
from pathlib import Path

import pytest

from geo.filters import VISIBLE, Filter
from geo.ingest import ingest
from geo.keep import Store
from geo.locate import Gazetteer, Tagger
from geo.pipeline import Tools
from geo.records import DateBasis, Event, GeoPrecision, LonLat, RouteStatus, Status, Where
from geo.spatial import distance_km

ROOT = Path(__file__).resolve().parent.parent
GOLD = json.loads((ROOT / "tests/cases/seeds_gold.json").read_text("utf-8"))
PLACES = {p["id"]: p for p in GOLD["places"]}
FILES = {a["id"]: a["file"] for a in GOLD["articles"]}
REQUIRED = [e for e in GOLD["events"] if e["must"]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, gazetteer: Gazetteer) -> Store:
    made = Store.open(f"sqlite:///{tmp_path_factory.mktemp('seeds')}/dateline.sqlite")
    tools = Tools(gazetteer, Tagger.open())
    report = ingest([ROOT / "seeds"], made, lambda: tools)
    assert (report.new, report.unchanged, report.rejected) == (2, 0, ())
    return made


def article_id(store: Store, gold_id: str) -> str:
    text = (ROOT / "seeds" / FILES[gold_id]).read_text("utf-8")
    return next(a.id for a in store.articles().values() if a.text == text)


def is_at(where: Where | None, gold_id: str) -> bool:
    """Within the gold's tolerance; a country is judged by its code, never by its representative point."""
    gold = PLACES[gold_id]
    if where is None:
        return False
    if gold["kind"] == "country":
        return where.place.country_code == gold["country"] and where.precision is GeoPrecision.COUNTRY
    return distance_km(where.place.point, LonLat(gold["lon"], gold["lat"])) <= gold["tol_km"]


def matches(event: Event, gold: dict[str, object]) -> bool:
    start, end = date.fromisoformat(str(gold["date_start"])), date.fromisoformat(str(gold["date_end"]))
    return (
        event.event_type == gold["type"]
        and is_at(event.where, str(gold["place"]))
        and event.when.start is not None
        and event.when.end is not None
        and start <= event.when.start <= event.when.end <= end
    )


@pytest.mark.parametrize("gold", REQUIRED, ids=lambda e: f"{e['id']} {e['type']}")
def test_required_events_are_there_once(store: Store, gold: dict[str, object]) -> None:
    found = [e for e in store.events(Filter()) if matches(e, gold)]
    assert len(found) == 1, [(e.title, e.when) for e in store.events(Filter()) if e.event_type == gold["type"]]
    asked = [article_id(store, a) for a in gold["articles"]]  # type: ignore[attr-defined]
    assert sorted(found[0].article_ids) == sorted(asked)


def test_the_strike_is_one_event_with_one_origin_and_both_loads(store: Store) -> None:
    gold = next(e for e in REQUIRED if e["id"] == "E1")
    strikes = [e for e in store.events(Filter()) if e.event_type in ("airstrike", "bombing_ied", "shelling_missile")]
    assert len(strikes) == 1
    strike = strikes[0]
    assert len(strike.article_ids) == 2
    assert strike.n_independent == gold["corroboration"]["independent_origins"]
    loads = {q.text: q.kg for q in strike.quantities if q.kg is not None}
    for words, mass_kg in (("almost 40 tonnes", 40_000), ("80,000 pounds", 36_287.4)):
        assert any(words in text and kg == pytest.approx(mass_kg, rel=1e-4) for text, kg in loads.items()), loads
    assert not any(kg and kg > 50_000 for kg in loads.values()), "loads are never added up"


def test_nothing_that_is_no_event_becomes_visible(store: Store) -> None:
    for gold in GOLD["not_events"]:
        there = article_id(store, gold["article"])
        for event in store.events(Filter(statuses=VISIBLE)):
            for evidence in event.evidence:
                span = evidence.trigger or evidence.span
                inside = gold["start"] <= span.start and span.end <= gold["end"]
                assert not (evidence.article_id == there and inside), f"{event.title}: {gold['why']}"


def test_visible_events_are_the_gold_s_and_no_others(store: Store) -> None:
    known = {e["type"] for e in GOLD["events"]} | {"recruitment_activity"}
    for event in store.events(Filter()):
        assert event.event_type in known, event.title


@pytest.mark.parametrize("reference", ["baghdad", "qayyarah", "tigris"])
def test_reference_places_are_geocoded_and_never_an_event_s_place(store: Store, reference: str) -> None:
    gold = PLACES[reference]
    every = Filter(statuses=tuple(Status))
    assert not [e.title for e in store.events(every) if e.where and e.where.place.name == gold["name"]]
    if gold["lat"] is not None:
        point = LonLat(gold["lon"], gold["lat"])
        assert any(distance_km(use.place.point, point) <= gold["tol_km"] for use in store.places())
        for event in store.events(Filter()):
            if event.where and event.where.precision is GeoPrecision.EXACT:
                assert distance_km(event.where.place.point, point) > 5


@pytest.mark.parametrize("gold", [p for p in GOLD["places"] if p["lat"] is not None and p["tol_km"]],
                         ids=lambda p: p["id"])
def test_gold_mentions_are_geocoded(store: Store, gold: dict[str, object]) -> None:
    """Every named mention of the gold lies under a toponym at the right place ("the island" is no name)."""
    point = LonLat(gold["lon"], gold["lat"])  # type: ignore[arg-type]
    for mention in gold["mentions"]:  # type: ignore[attr-defined]
        if mention["text"][0].islower() or mention["text"].startswith(("The ", "An ")):
            continue
        findings = store.findings(article_id(store, mention["article"]))
        assert findings is not None
        under = [t for t in findings.toponyms
                 if t.mention.span.start < mention["end"] and mention["start"] < t.mention.span.end]
        assert under, mention
        place = under[0].place
        assert place is not None, under[0]
        if gold["kind"] == "country":
            assert place.country_code == gold["country"]
        else:
            assert distance_km(place.point, point) <= float(str(gold["tol_km"])), (mention, place)


def test_the_route_has_all_its_ends(store: Store) -> None:
    gold = next(r for r in GOLD["routes"] if r["must"])
    found = [
        r for r in store.routes(Filter())
        if {o for g in gold["origins"] for o in r.origins if is_at(o, g)} == set(r.origins)
        and len(r.origins) == len(gold["origins"])
    ]
    assert len(found) == 1, [r.title for r in store.routes(Filter())]
    route = found[0]
    for ends, wanted in ((route.origins, gold["origins"]), (route.destinations, gold["destinations"])):
        assert len(ends) == len(wanted), [e.name_in_text for e in ends]
        for gold_id in wanted:
            assert any(is_at(end, gold_id) for end in ends), gold_id
    assert route.certain_direction
    assert route.status in (RouteStatus.PAST, RouteStatus.HABITUAL)
    assert len(route.article_ids) == 2
    assert route.n_independent == 1


def test_kirkuk_region_is_the_province(store: Store) -> None:
    ends = [d for r in store.routes(Filter()) for d in r.destinations if "Kirkuk" in d.name_in_text]
    assert {d.precision for d in ends} == {GeoPrecision.ADMIN1}


def test_the_undated_article_has_no_date_of_its_own(store: Store) -> None:
    undated = article_id(store, "A1")
    article = store.article(undated)
    assert article is not None
    assert article.published is None
    assert article.source == "ABC News"
    findings = store.findings(undated)
    assert findings is not None
    assert {e.when.start for e in findings.events if e.status in VISIBLE} == {None}
    years = {e.when.start.year for e in store.events(Filter(statuses=tuple(Status))) if e.when.start}
    assert years == {2019}
    shared = [e for e in store.events(Filter()) if len(e.article_ids) == 2]
    assert shared
    assert all(e.when.start is not None for e in shared)
    assert all(e.when.basis is not DateBasis.PUBLICATION or e.when.start for e in shared)


def test_ingesting_twice_changes_nothing(store: Store, gazetteer: Gazetteer) -> None:
    before, version = store.events(Filter(statuses=tuple(Status))), store.version()
    report = ingest([ROOT / "seeds"], store, lambda: Tools(gazetteer, Tagger.open()))
    assert (report.new, report.unchanged) == (0, 2)
    assert store.version() == version
    assert store.events(Filter(statuses=tuple(Status))) == before
