"""The snapshot: the same ids as the store, and counts that add up in every view."""

from dataclasses import fields
from datetime import date
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.filters import OPERATORS, Filter
from geo.keep import LightRow, Snapshot, Store
from geo.keep.codes import Codes
from geo.keep.columns import MASKS, POINTS_MOST, WORLD
from geo.keep.snapshots import build, updated
from geo.keep.where import ACTORS
from geo.records import BBox, Findings, GeoPrecision, Status
from tests.findings import boxes, corpora, filters


def row(number: int, lon: float | None = 43.0, lat: float | None = 36.0, **more: object) -> LightRow:
    made = LightRow(
        number, f"e{number:05}", "airstrike", Status.REPORTED, 737303, 737304, lon, lat, GeoPrecision.EXACT, 5.0,
        "Mosul", ("ABC News",), ("gn:1", "mosul"), 0.5, f"Strike {number}", 1,
    )
    return made._replace(**more)  # type: ignore[arg-type]


def sought(store: Store, asked: Filter) -> frozenset[int] | None:
    """Numbers for text and actor, None where neither is asked for."""
    found = [store.text_numbers(asked.text)] if asked.text else []
    found += [store.text_numbers(asked.actor, ACTORS)] if asked.actor else []
    return frozenset.intersection(*found) if found else None


def scattered(number: int, seed: int = 3) -> Snapshot:
    points = np.random.default_rng(seed).uniform((-180, -85), (180, 85), (number, 2)).tolist()
    return build((row(i, lon, lat) for i, (lon, lat) in enumerate(points)), 1)


@given(corpus=corpora(), asked=st.lists(filters(), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_mask_and_store_select_the_same(corpus: tuple[Findings, ...], asked: list[Filter]) -> None:
    with TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/dateline.sqlite")
        for findings in corpus:
            store.add(findings)
        store.replace_merged(*store.reported())
        snapshot = build(store.light_rows(), store.version())
        for one in asked:
            words = sought(store, one)
            assert set(snapshot.ids[snapshot.mask(one, words)]) == store.event_ids(one), one
            assert list(snapshot.ids[snapshot.mask(one, words)]) == [e.id for e in store.events(one)]
        store.close()


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_bringing_it_up_to_date_equals_making_it_anew(data: st.DataObject) -> None:
    days = st.sampled_from([None, 737300, 737301, 737302])
    odd = st.builds(
        lambda number, lon, start, kind, name, sources: row(
            number, lon, id=f"e{number * 7 % 31}", start=start, event_type=kind, place_name=name, sources=sources,
            place_keys=(name,) if name else (), title=f"{kind} {start}"),
        st.integers(1, 30), st.sampled_from([None, 43.0, 44.5, -10.0]), days,
        st.sampled_from(["airstrike", "clash", "statement", "gone"]), st.sampled_from(["", "Mosul", "Ramadi", "Ana"]),
        st.sampled_from([("",), ("ABC News",), ("ABC News", "BBC")]),
    )  # fmt: skip
    before, after = ({r.number: r for r in data.draw(st.lists(odd, max_size=25))} for _ in range(2))
    same = {n for n in before.keys() & after.keys() if data.draw(st.booleans())}
    after |= {n: before[n] for n in same}
    touched = (before.keys() | after.keys()) - same
    now = updated(build(before.values(), 1), touched, [r for n, r in after.items() if n in touched], 2)
    assert same_snapshot(now, build(after.values(), 2))


def same_snapshot(a: Snapshot, b: Snapshot) -> bool:
    for field in fields(Snapshot):
        one, other = getattr(a, field.name), getattr(b, field.name)
        if isinstance(one, np.ndarray):
            assert np.array_equal(one, other, equal_nan=one.dtype.kind == "f"), field.name
            assert one.dtype == other.dtype
            assert not one.flags.writeable
            assert not other.flags.writeable
        elif isinstance(one, Codes):
            assert one.values == other.values
            assert np.array_equal(one.of_row, other.of_row)
            assert one.of_row.dtype == other.of_row.dtype
        else:
            assert one == other, field.name
    return True


def test_every_operator_has_its_mask() -> None:
    assert MASKS.keys() == {op.field for op in OPERATORS}


def test_a_text_needs_the_ids_that_hold_it() -> None:
    with pytest.raises(ValueError, match="text_numbers"):
        build([row(1)], 1).mask(Filter(text="bombs"))


def test_an_empty_store_has_an_empty_snapshot() -> None:
    empty = build([], 0)
    mask = empty.mask(Filter(place="x", sources=("y",), bbox=WORLD, since=date(2019, 1, 1)))
    view = empty.view(mask, WORLD, 2)
    assert (view.in_view, view.points, view.cells, view.unplaced, view.unplaced_total) == (0, (), None, (), 0)
    assert empty.spread(mask).bounds is None
    assert empty.facets(mask).types == {}


def test_arrays_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        build([row(1)], 1).start[0] = 3


def test_what_is_not_drawn_is_listed() -> None:
    vague = [row(i, precision=p) for i, p in enumerate(("country", "region", "admin1", "topic"))]
    rows = [*vague, row(4, None, None, precision=""), row(5, event_type="statement"), row(6, event_type="gone")]
    drawn = [row(10 + i, precision=p) for i, p in enumerate(("exact", "near", "admin2", "linear"))]
    snapshot = build([*rows, *drawn], 1)
    view = snapshot.view(snapshot.mask(Filter()), WORLD, 3)
    assert [p.id for p in view.unplaced] == [r.id for r in rows]
    assert view.unplaced_total == len(rows)
    assert [p.id for p in view.points or ()] == [r.id for r in drawn]
    assert (view.points or ())[0].start == date.fromordinal(737303)


@pytest.mark.parametrize("zoom", [0, 2, 3.5, 6, 22])
def test_cells_add_up_and_never_stand_in_each_other(zoom: float) -> None:
    snapshot = scattered(4000)
    view = snapshot.view(snapshot.mask(Filter()), WORLD, zoom)
    cells, alone = view.cells or (), view.points or ()
    assert sum(c.count for c in cells) + len(alone) == view.in_view == 4000
    assert len({p.id for p in alone}) == len(alone) <= POINTS_MOST
    assert len(alone) == POINTS_MOST or all(c.count > 1 for c in cells)
    assert all(sum(c.glyphs.values()) == c.count for c in cells)
    assert len(cells) < 4000
    assert [c.count for c in cells] == sorted((c.count for c in cells), reverse=True)
    for cell in cells[:50]:
        assert cell.bbox.south - 1e-6 <= cell.lat <= cell.bbox.north + 1e-6
        assert cell.bbox.west - 1e-6 <= cell.lon <= cell.bbox.east + 1e-6


def test_few_are_points_and_many_are_cells() -> None:
    for number, are_points in ((POINTS_MOST, True), (POINTS_MOST + 1, False)):
        snapshot = scattered(number)
        assert (snapshot.view(snapshot.mask(Filter()), WORLD, 3).cells is None) is are_points


def test_cells_across_the_date_line_are_one() -> None:
    rows = [row(i, 179.99 if i % 2 else -179.99, 10.0) for i in range(2000)]
    snapshot = build(rows, 1)
    view = snapshot.view(snapshot.mask(Filter()), BBox(170, 0, -170, 20), 5)
    assert [c.count for c in view.cells or ()] == [2000]
    (cell,) = view.cells or ()
    assert abs(cell.lon) == pytest.approx(180)
    assert cell.bbox.west > cell.bbox.east


def test_bounds_take_the_shorter_way_round() -> None:
    snapshot = build([row(0, 179.0, -17.0), row(1, -179.0, -16.0), row(2, precision="country")], 1)
    assert snapshot.spread(snapshot.mask(Filter())).bounds == BBox(179.0, -17.0, -179.0, -16.0)


@given(corpus=corpora(), box=boxes(), zoom=st.integers(0, 22))
@settings(max_examples=30, deadline=None)
def test_each_event_in_a_box_is_drawn_or_listed(corpus: tuple[Findings, ...], box: BBox, zoom: int) -> None:
    events = {e.id: e for f in corpus for e in f.events}
    rows = [
        row(0, *(e.where.shown_at if e.where else (None, None)), id=e.id,
            precision=e.where.precision if e.where else "", event_type=e.event_type)
        for e in events.values()
    ]
    snapshot = build(rows, 1)
    mask = snapshot.mask(Filter(statuses=tuple(Status)))
    view = snapshot.view(mask, WORLD, zoom)
    assert {p.id for p in view.points or ()} | {p.id for p in view.unplaced} == set(events)
    assert {p.id for p in snapshot.view(mask, box, zoom).points or ()} <= {p.id for p in view.points or ()}


def test_facets_count_an_event_for_each_publisher() -> None:
    snapshot = build([row(0, sources=("", "ABC News")), row(1), row(2, status="planned")], 1)
    facets = snapshot.facets(np.ones(3, np.bool_))
    assert facets.sources == {"ABC News": 3, "none": 1}
    assert facets.statuses == {"planned": 1, "reported": 2}
    assert facets.types == {"airstrike": 3}
