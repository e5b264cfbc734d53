"""Events: every cue's sentences, golden texts, the seeds with places given, and what must always hold."""

import hashlib
import tomllib
from datetime import date
from functools import cache
from math import prod
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from geo.extract.dates import find_dates
from geo.extract.events import find_events
from geo.extract.origins import origins_by_sentence
from geo.extract.triggers import Cue, vocabulary
from geo.filters import VISIBLE
from geo.parse import parse
from geo.records import Article, Event, LonLat, Mention, MentionKind, Place, Span, Toponym
from geo.spatial import distance_km
from tests import build

ROOT = Path(__file__).resolve().parent.parent
PLAIN = {name: name for name in ("Mosul", "Kirkuk", "Baghdad", "Aleppo", "Raqqa", "Syria", "Iraq")} | {
    "US": "United States"
}
WEDNESDAY = date(2019, 9, 11)


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One expected event; `trigger` is quoted from the text, `place` a key of the case's places or "" for none."""

    trigger: str
    type: str
    status: str
    place: str = ""
    precision: str = ""
    off_km: float | None = None
    """How far off the place it is drawn."""
    start: str = ""
    end: str = ""
    killed: tuple[int, int] | None = None
    origins: tuple[str, ...] | None = None


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text of ours with its places by quoted words, what is to be found, and why the case exists."""

    slug: str
    why: str
    text: str
    places: dict[str, str]
    """Words of the text -> key of build.PLACES, or "lon lat CODE CC"."""
    events: tuple[Wanted, ...] = ()
    published: str = "2019-09-11"
    closed: tuple[str, ...] = ()
    """Places that a route uses."""
    only: bool = False
    """No other visible event may be found."""


class Cases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cases: tuple[Case, ...]


CASES = tuple(
    case
    for path in sorted((ROOT / "tests/cases").glob("events*.toml"))
    for case in msgspec.convert(tomllib.loads(path.read_text("utf-8")), Cases).cases
)


@cache
def parsed(text: str, body_start: int = 0) -> Doc:
    return parse(text, body_start=body_start)


def events_of(
    article: Article, toponyms: tuple[Toponym, ...], closed: frozenset[Span] = frozenset()
) -> tuple[Event, ...]:
    doc = parsed(article.text, article.body_start)
    dates, cited = find_dates(article.text, article.published), origins_by_sentence(article, doc)
    return find_events(article, doc, toponyms, dates, cited, closed=closed)


def visible_types(text: str) -> set[str]:
    article = build.article(text, WEDNESDAY)
    return {e.event_type for e in events_of(article, build.toponyms(text, PLAIN)) if e.status in VISIBLE}


def words(event: Event, text: str) -> str:
    trigger = event.evidence[0].trigger
    assert trigger is not None
    return text[trigger.start : trigger.end]


@pytest.mark.parametrize("cue", vocabulary().cues, ids=lambda c: f"{c.type} {(c.verbs + c.nouns)[0]}")
def test_cue_sentences(cue: Cue) -> None:
    assert cue.type in visible_types(cue.matches), cue.matches
    assert cue.type not in visible_types(cue.rejects), cue.rejects


def place_of(case: Case, name: str) -> Place:
    value = case.places[name]
    if value in build.PLACES:
        return build.PLACES[value]
    lon, lat, code, country = value.split()
    return build.place(f"t:{name}", name, float(lon), float(lat), code, country)


def case_toponyms(case: Case) -> tuple[Toponym, ...]:
    found: list[Toponym] = []
    taken: set[int] = set()
    for name in sorted(case.places, key=lambda n: (-len(n), n)):
        assert name in case.text, f"{case.slug}: {name!r} is not in the text"
        at = case.text.find(name)
        while at >= 0:
            if taken.isdisjoint(range(at, at + len(name))):
                taken.update(range(at, at + len(name)))
                mention = Mention(Span(at, at + len(name)), name, "both", MentionKind.PLACE)
                found.append(Toponym(mention, place_of(case, name), 0.9, ("test",)))
            at = case.text.find(name, at + 1)
    return tuple(sorted(found, key=lambda t: t.mention.span))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.slug)
def test_golden(case: Case) -> None:
    published = date.fromisoformat(case.published) if case.published else None
    article = build.article(case.text, published)
    toponyms = case_toponyms(case)
    closed = frozenset(t.mention.span for t in toponyms if t.mention.name in case.closed)
    found = events_of(article, toponyms, closed)
    told = [
        (
            words(e, case.text),
            e.event_type,
            e.status.value,
            e.where.name_in_text if e.where else "",
            str(e.when.start),
            e.evidence[0].rule,
        )
        for e in found
    ]
    expected: list[Event] = []
    for want in case.events:
        hits = [
            e
            for e in found
            if words(e, case.text) == want.trigger
            and e.event_type == want.type
            and e not in expected
            and (e.where.place.name if e.where else "") == (place_of(case, want.place).name if want.place else "")
        ]
        assert hits, f"{want.type} {want.trigger!r} at {want.place!r} is missing from {told}"
        event = hits[0]
        expected.append(event)
        assert event.status.value == want.status, told
        if want.precision:
            assert event.where is not None
            assert event.where.precision.value == want.precision, told
        if want.off_km is not None:
            assert event.where is not None
            assert distance_km(event.where.place.point, event.where.shown_at) == pytest.approx(want.off_km, abs=0.1)
            assert event.where.radius_km > want.off_km / 3, "a compass word is no bearing"
        if want.start:
            assert (str(event.when.start), str(event.when.end)) == (want.start, want.end or want.start), told
        if want.killed is not None:
            assert event.killed is not None, told
            assert (event.killed.low, event.killed.high) == want.killed
        if want.origins is not None:
            assert event.origins == want.origins
    if case.only:
        assert [e for e in found if e.status in VISIBLE and e not in expected] == [], told


SEED_DEMONYMS = {"Iraqi": "Iraq", "American": "United States", "Syrian": "Syria"}


def seed(name: str, published: date | None, body_start: int, *routes: str) -> tuple[Article, tuple[Event, ...]]:
    """Events of a seed article; the names inside `routes` (words of the text) are closed."""
    text = (ROOT / "seeds" / name).read_text("utf-8")
    article = Article(hashlib.sha256(text.encode()).hexdigest(), "", "", text, "", published, body_start)
    toponyms = build.toponyms(text, build.SEED_NAMES, SEED_DEMONYMS)
    closed = frozenset(
        t.mention.span
        for t in toponyms
        for words in routes
        if text.index(words) <= t.mention.span.start < text.index(words) + len(words)
    )
    return article, events_of(article, toponyms, closed)


@pytest.fixture(scope="module")
def dated() -> tuple[Article, tuple[Event, ...]]:
    return seed(
        "000_43ad161402e253ec.txt",
        WEDNESDAY,
        17,
        "moved into Iraq from neighbouring Syria",
        "moving from Syria and the Jazeera desert into Mosul, Makhmour, and the Kirkuk region",
    )


@pytest.fixture(scope="module")
def undated() -> tuple[Article, tuple[Event, ...]]:
    return seed(
        "001_7210f756dc3069e7.txt",
        None,
        86,
        "moving from Syria and the Jazeera desert into Mosul, Makhmour, and the Kirkuk region",
        "back into Syria",
    )


def visible(events: tuple[Event, ...]) -> list[Event]:
    return [e for e in events if e.status in VISIBLE]


def at(event: Event, name: str) -> bool:
    return event.where is not None and event.where.place.name == name


def test_the_strike_of_the_dated_seed_is_at_the_island_each_time(dated: tuple[Article, tuple[Event, ...]]) -> None:
    strikes = [e for e in visible(dated[1]) if e.event_type == "airstrike"]
    assert len(strikes) == 5
    assert all(at(e, "Qanus Island") for e in strikes)
    assert all(
        e.when.start and date(2019, 9, 9) <= e.when.start <= e.when.end <= WEDNESDAY for e in strikes if e.when.end
    )
    assert {q.text for e in strikes for q in e.quantities} == {"almost 40 tonnes", "80,000 pounds"}
    assert [e.killed.who for e in strikes if e.killed] == ["jihadists"]
    assert {o for e in strikes for o in e.origins} == {"US-led coalition"}


@pytest.mark.parametrize(
    ("event_type", "place", "start", "end"),
    [
        ("ground_attack", "Qanus Island", "2019-09-09", "2019-09-11"),
        ("clearance_operation", "Qanus Island", "2019-09-11", "2019-09-11"),
        ("sanctions", "United States", "2019-09-10", "2019-09-10"),
    ],
)
def test_other_events_of_the_dated_seed(
    dated: tuple[Article, tuple[Event, ...]], event_type: str, place: str, start: str, end: str
) -> None:
    found = [e for e in visible(dated[1]) if e.event_type == event_type and at(e, place)]
    assert [(str(e.when.start), str(e.when.end)) for e in found] == [(start, end)]


def test_the_undated_seed_has_strike_and_clearance_without_a_date(undated: tuple[Article, tuple[Event, ...]]) -> None:
    assert [(e.event_type, at(e, "Qanus Island"), e.when.start) for e in visible(undated[1])] == [
        ("airstrike", True, None),
        ("airstrike", True, None),
        ("clearance_operation", True, None),
    ]


@pytest.mark.parametrize("reference", ["Baghdad", "Al Qayyarah", "Tigris", "Mosul"])
def test_references_and_ends_of_routes_are_no_event_s_place(
    dated: tuple[Article, tuple[Event, ...]], undated: tuple[Article, tuple[Event, ...]], reference: str
) -> None:
    assert not [e.title for e in (*dated[1], *undated[1]) if at(e, reference)]


def test_evidence_lies_in_its_sentence_and_confidence_is_the_product(
    dated: tuple[Article, tuple[Event, ...]],
) -> None:
    article, events = dated
    for event in events:
        proof = event.evidence[0]
        assert proof.article_id == article.id
        for inner in (proof.trigger, proof.place, proof.when):
            assert inner is None or (proof.span.start <= inner.start and inner.end <= proof.span.end)
        assert event.confidence == pytest.approx(prod(value for _, value in event.factors), abs=1e-3)
        assert 0 < event.confidence <= 1
    assert len({e.id for e in events}) == len(events)


def test_a_second_run_gives_the_same(dated: tuple[Article, tuple[Event, ...]]) -> None:
    again = seed(
        "000_43ad161402e253ec.txt",
        WEDNESDAY,
        17,
        "moved into Iraq from neighbouring Syria",
        "moving from Syria and the Jazeera desert into Mosul, Makhmour, and the Kirkuk region",
    )
    assert again == dated


BRICKS = (
    "Airstrikes hit",
    "Two bombs exploded in",
    "Police arrested a man in",
    "Aleppo",
    "Mosul",
    "the city",
    "on Monday",
    "there",
    "rebels",
    ", which lies north of",
    "and",
    ".",
    "\n\n",
    "will attack",
    "“",
    "”",
    "killed 12 people",
    "Near",
    "\u202e",
    "🙂",
    "sanctions",
    "a ceasefire",
    "who",
    "by",
    "said",
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(BRICKS), min_size=1, max_size=14))
def test_any_text_gives_events_with_sound_spans(bricks: list[str]) -> None:
    text = " ".join(bricks)
    article = build.article(text, WEDNESDAY)
    found = events_of(article, build.toponyms(text, PLAIN))
    assert len({e.id for e in found}) == len(found)
    for event in found:
        assert event.where is None or event.where.place.point != LonLat(0, 0)
        assert event.evidence[0].span.end <= len(text)


def test_a_sentence_without_names_changes_nothing() -> None:
    text = "Airstrikes hit a market in Aleppo on Monday."
    longer = f"{text} The weather was fine."
    titles = [
        [(e.title, e.when, e.status) for e in events_of(build.article(t), build.toponyms(t, PLAIN))]
        for t in (text, longer)
    ]
    assert titles[0] == titles[1]
    assert titles[0]


def test_actors_have_the_side_that_their_words_name() -> None:
    text = "US warplanes and Syria government jets bombed a market in Raqqa on Monday, a US-led force said."
    places = {"US": "United States", "Syria": "Syria", "Raqqa": "Raqqa"}
    event = events_of(build.article(text), build.toponyms(text, places))[0]
    assert {(a.name, a.side) for a in event.actors if a.role == "actor"} >= {("US warplanes", "US")}


def test_a_subject_hung_behind_as_is_found() -> None:
    text = (
        "The hideout was destroyed and an unknown number of jihadists were killed as US Air Force F-15 Strike Eagle "
        "and F-35A aircraft, alongside Iraqi warplanes, launched airstrikes this week."
    )
    names = [a.name for e in events_of(build.article(text), ()) for a in e.actors]
    assert any("aircraft" in n for n in names)
