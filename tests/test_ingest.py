"""Inputs into the store: resumable, idempotent, counted; versions, copies, quarantine and dry runs."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geo.filters import Filter
from geo.ingest import Report, Settings, ingest, ingest_inputs, survey
from geo.inputs import Input, Piece, of_address, of_file
from geo.keep import Store
from geo.locate import Gazetteer, Tagger
from geo.pipeline import Tools
from geo.read.polite import Visitor
from tests.test_coded import UCDP, as_csv
from tests.webserver import Reply, Web, serving

STRIKE = "Warplanes bombed Mosul on 9 September 2019, killing 12 people, the army said."
LONG = STRIKE + " " + " ".join(f"Sentence {n} tells of matter number {n} in other words." for n in range(20))


@pytest.fixture(scope="module")
def tools(gazetteer: Gazetteer) -> Callable[[], Tools]:
    opened: list[Tools] = []

    def give() -> Tools:
        if not opened:
            opened.append(Tools(gazetteer, Tagger.open()))
        return opened[0]

    return give


def nobody() -> Tools:
    raise AssertionError("nothing new was expected")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path}/store.sqlite")
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.new, report.updated, report.unchanged, len(report.rejected)


def read(path: Path, store: Store, tools: Callable[[], Tools], **more: object) -> Report:
    return ingest_inputs([of_file(path)], store, tools, settings=Settings(**more))  # type: ignore[arg-type]


def test_files_read_to_their_end_are_not_read_again(store: Store, folder: Path, tools: Callable[[], Tools]) -> None:
    path = folder / "a.jsonl"
    path.write_text("\n".join(json.dumps({"text": f"{STRIKE} {n}"}) for n in range(3)), "utf-8")
    assert counts(ingest([folder], store, tools)) == (3, 0, 0, 0)
    told: list[tuple[str, int, int]] = []
    again = ingest([folder], store, nobody, lambda *step: told.append(step))
    assert counts(again) == (0, 0, 3, 0)
    assert told[-1][1:] == (3, 3)
    assert counts(read(path, store, nobody, again=True)) == (0, 0, 3, 0)
    with path.open("a", encoding="utf-8") as more:
        more.write("\n" + json.dumps({"text": f"{STRIKE} And more."}))
    assert counts(ingest([folder], store, tools)) == (1, 0, 3, 0)


def test_a_run_that_is_stopped_goes_on_where_it_was(store: Store, folder: Path, tools: Callable[[], Tools]) -> None:
    (folder / "a.jsonl").write_text("\n".join(json.dumps({"text": f"{STRIKE} {n}"}) for n in range(4)), "utf-8")
    (folder / "b.txt").write_text(STRIKE, "utf-8")
    done: list[int] = []
    inputs = [of_file(folder / "a.jsonl"), of_file(folder / "b.txt")]
    stopping = Settings(stop=lambda: len(done) >= 2 and done[-1] >= 2)
    report = ingest_inputs(inputs, store, tools, lambda name, so_far, total: done.append(so_far), settings=stopping)
    assert report.stopped
    assert counts(report) == (2, 0, 0, 0)
    assert store.events(Filter())
    assert counts(ingest([folder], store, tools)) == (3, 0, 2, 0)


def test_the_progress_knows_how_much_there_is(store: Store, folder: Path, tools: Callable[[], Tools]) -> None:
    for name in "ab":
        (folder / f"{name}.jsonl").write_text(f'{{"text": "{STRIKE} {name}"}}\nnonsense\n', "utf-8")
    told: list[tuple[int, int]] = []
    ingest([folder], store, tools, lambda name, done, total: told.append((done, total)))
    assert told[-1] == (4, 4)
    assert told[0] == (0, 3)  # two in the first file, and the second counts as one until it is opened
    assert all(done <= total for done, total in told)


def test_a_dry_run_says_what_would_be_new_and_changes_nothing(
    store: Store, folder: Path, tools: Callable[[], Tools]
) -> None:
    (folder / "a.txt").write_text(f"url: https://news.example/a\n\n{LONG}", "utf-8")
    ingest([folder], store, tools)
    (folder / "a.txt").write_text(f"url: https://news.example/a\n\n{LONG.replace('12', '15')}", "utf-8")
    (folder / "b.txt").write_text(STRIKE, "utf-8")
    (folder / "c.txt").write_bytes(b"")
    before = store.version()
    inputs = [of_file(path) for path in sorted(folder.iterdir())]
    assert counts(survey(inputs, store, Settings(), lambda *step: None)) == (1, 1, 0, 1)
    assert store.version() == before
    assert store.quarantined() == ()


def test_an_article_that_changed_is_counted_as_updated(
    store: Store, folder: Path, tools: Callable[[], Tools]
) -> None:
    for n, text in enumerate((LONG, LONG.replace("12", "15"))):
        (folder / f"{n}.txt").write_text(f"url: https://news.example/a\n\n{text}", "utf-8")
    report = ingest([folder], store, tools)
    assert counts(report) == (1, 1, 0, 0)
    (event,) = [e for e in store.events(Filter()) if e.event_type == "airstrike"]
    assert event.killed is not None
    assert event.killed.best == 15


def test_copies_are_counted(store: Store, folder: Path, tools: Callable[[], Tools]) -> None:
    (folder / "a.txt").write_text(f"url: https://one.example/a\n\n{LONG}", "utf-8")
    (folder / "b.txt").write_text(f"url: https://two.example/b\n\n{LONG} With agencies.", "utf-8")
    report = ingest([folder], store, tools)
    assert (counts(report), report.copies) == ((2, 0, 0, 0), 1)
    (event,) = [e for e in store.events(Filter()) if e.event_type == "airstrike"]
    assert (len(event.article_ids), event.n_independent) == (2, 1)


def test_what_can_be_read_at_last_leaves_the_quarantine(
    store: Store, folder: Path, tools: Callable[[], Tools]
) -> None:
    (folder / "a.jsonl").write_text(f'{{"text": "{STRIKE}"}}\nnonsense\n', "utf-8")
    (folder / "b.txt").write_bytes(b"\xff")
    report = ingest([folder, folder / "gone.txt"], store, tools)
    assert counts(report) == (1, 0, 0, 3)
    assert {Path(q.origin).name: Path(q.input).name for q in store.quarantined()} == {
        "a.jsonl:2": "a.jsonl", "b.txt": "b.txt", "gone.txt": "gone.txt"}
    assert [Path(name).name for name in store.ledger.failed()] == ["a.jsonl", "b.txt", "gone.txt"]
    (folder / "a.jsonl").write_text(f'{{"text": "{STRIKE}"}}\n', "utf-8")
    (folder / "b.txt").write_text("It works now.", "utf-8")
    assert counts(ingest([folder], store, tools)) == (1, 0, 1, 0)
    assert [Path(q.origin).name for q in store.quarantined()] == ["gone.txt"]


def test_reasons_are_counted_without_what_differs() -> None:
    from geo.read import Rejected

    rows = [Rejected("a", f"The file is not UTF-8 (byte {n}); save it as UTF-8.", "") for n in range(3)]
    rows.append(Rejected("b", "The file is empty.", ""))
    assert [number for _, number in Report(0, 0, tuple(rows)).reasons] == [3, 1]


def test_rows_of_event_tables_come_in_with_their_country_and_without_the_models(
    store: Store, folder: Path, gazetteer: Gazetteer
) -> None:
    path = folder / "ged.csv"
    path.write_bytes(as_csv(UCDP, UCDP | {"id": "8", "date_start": "2019-05-01", "date_end": "2019-05-01"}))
    assert counts(ingest([folder], store, lambda: Tools(gazetteer, None))) == (2, 0, 0, 0)  # type: ignore[arg-type]
    events = store.events(Filter(place="Iraq"))
    assert len(events) == 2
    assert {e.where.place.country_code for e in events if e.where} == {"IQ"}
    assert store.events(Filter(place="gn:99237")) == events
    path.write_bytes(as_csv(UCDP | {"best": "5"}))
    assert counts(ingest([folder], store, lambda: Tools(gazetteer, None))) == (0, 1, 0, 0)  # type: ignore[arg-type]
    assert sorted(e.killed.best or 0 for e in store.events(Filter()) if e.killed) == [4, 5]


def test_pages_from_the_web_come_in_and_what_fails_is_quarantined(
    store: Store, tools: Callable[[], Tools]
) -> None:
    with serving() as web:
        web.replies["", "/robots.txt"] = Reply(status=404)
        page = f"<html><head><title>Blast</title></head><body><article><p>{LONG}</p></article></body></html>"
        web.replies["", "/a"] = Reply(page.encode(), headers={"Content-Type": "text/html"})
        guest = visitor(web)
        report = ingest_inputs([of_address(f"http://news.example/{name}", guest) for name in "ab"], store, tools)
    assert counts(report) == (1, 0, 0, 1)
    assert "404" in report.rejected[0].reason
    (article,) = store.articles().values()
    assert (article.url, article.source) == ("http://news.example/a", "news.example")


def visitor(web: Web) -> Visitor:
    return Visitor(web.door(), lambda: 0.0, lambda seconds: None)


def test_an_input_that_breaks_in_the_middle_keeps_what_came_before(
    store: Store, tools: Callable[[], Tools]
) -> None:
    def broken() -> Piece:
        raise OSError(5, "Input/output error")

    rows = [Input("bad", broken), Input("good", lambda: Piece(STRIKE.encode(), "good.txt"))]
    report = ingest_inputs(rows, store, tools)
    assert counts(report) == (1, 0, 0, 1)
    assert report.rejected[0].reason == "It cannot be read: Input/output error."
