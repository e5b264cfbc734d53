"""Bad input all the way: through the commands, through the store and out again; and what a long text costs."""

import io
import json
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from geo import cli
from geo.filters import Filter
from geo.keep import Store, merge
from geo.locate import Gazetteer, Tagger
from geo.pipeline import Tools, read
from geo.records import Article, Span, Status, StoreError
from tests.bench_long import long_text
from tests.build import article
from tests.torture.texts import made_up

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = {
    "half a character": "Gunmen \\ud83d attacked Mosul on 9 September 2019.",
    "two halves the wrong way round": "\\udc4d\\ud83d Warplanes bombed Mosul.",
    "NUL": "Gunmen attacked\\u0000 Mosul on 9\\u0000September 2019.",
    "right to left": "\\u202eGunmen attacked\\u200f Mosul\\u2066 on 9 September 2019.",
    "mixed scripts": "هاجم مسلحون \\u200fMosul\\u200e в Ираке, 東京 Mosul\\u0301.",
    "control characters": "Gunmen\\u001b[31m attacked\\b Mosul\\u0085 on 9 September.",
    "line separators": "Gunmen attacked\\u2028Mosul\\u2029on Monday.",
    "a byte order mark": "\\ufeffGunmen attacked Mosul.",
    "beyond the planes": "\\udbff\\udfff Gunmen attacked Mosul \\ud83d\\udc4d.",
    "nothing": "",
    "white space": " \\t\\n\\u2003",
}  # fmt: skip
ALL = Filter(statuses=tuple(Status))


@pytest.fixture(scope="module")
def tools(gazetteer: Gazetteer) -> Tools:
    return Tools(gazetteer, Tagger.open())


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """A command as a terminal or pipe meets it: strict UTF-8 in, out and on stderr."""
    monkeypatch.setenv("DATELINE_STORE", f"sqlite:///{tmp_path}/store.sqlite")

    def call(*args: str, data: bytes = b"") -> tuple[int, str, str]:
        out, err = io.BytesIO(), io.BytesIO()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
        monkeypatch.setattr("sys.stdout", io.TextIOWrapper(out, "utf-8", write_through=True))
        monkeypatch.setattr("sys.stderr", io.TextIOWrapper(err, "utf-8", "backslashreplace", write_through=True))
        status = cli.main(args)
        return status, out.getvalue().decode(), err.getvalue().decode()

    return call


@pytest.mark.parametrize("command", ["locate", "extract"])
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_offsets_fit_what_the_caller_sent(
    run: Callable[..., tuple[int, str, str]], command: str, words: str
) -> None:
    line = f'{{"id": "1", "text": "{words}"}}'
    text = json.loads(line)["text"]
    status, out, err = run(command, data=line.encode() + b"\n")
    if status:
        assert err.startswith("line 1: "), "refused, and named"
        assert "Traceback" not in err
        return
    told = json.loads(out)
    for toponym in told["toponyms"]:
        assert text[toponym["start"]:toponym["end"]] == toponym["phrase"]
    for found in told.get("events", []):
        assert 0 <= found["evidence"]["start"] < found["evidence"]["end"] <= len(text)
    if "Mosul" in words and "\\u0301" not in words:
        assert "gn:99072" in [t["gazetteer_id"] for t in told["toponyms"]]


def test_hostile_articles_are_kept_or_named_and_come_out_again(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    source = tmp_path / "hostile.jsonl"
    lines = (f'{{"title": "{words}", "text": "{words} It was in Mosul."}}\n' for words in HOSTILE.values())
    source.write_text("".join(lines))
    status, _, err = run("ingest", str(source))
    assert status in (0, 1)
    assert "Traceback" not in err
    store = Store.open(f"sqlite:///{tmp_path}/store.sqlite")
    kept, named = store.counts()["articles"], store.counts()["quarantined"]
    assert kept + named >= len(HOSTILE) - 1
    assert kept >= len(HOSTILE) - 3
    assert store.integrity() == "ok"
    store.close()
    assert run("ingest", str(source))[2].count("Traceback") == 0
    for form in ("geojson", "csv", "kml"):
        assert run("export", "--format", form, "-o", str(tmp_path / "out"))[0] == 0


def test_any_text_through_all_of_it(tools: Tools, tmp_path: Path) -> None:
    """Whatever the steps make of it, spans fit, and the store takes it or says in a sentence why not."""
    chance = random.Random(20190911)
    store = Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}")
    for number in range(120):
        text = f"{made_up(chance)} Gunmen attacked {made_up(chance)} on 9 September. {number}"
        given = Article(f"{number:064}", "", "", text, "", None)
        found = read(given, tools)
        assert found.article.text == text
        spans: list[Span] = [t.mention.span for t in found.toponyms]
        spans += [e.span for one in (*found.events, *found.routes) for e in one.evidence]
        assert all(span.end <= len(text) for span in spans), ascii(text)
        if any("\ud800" <= c <= "\udfff" for c in text):  # articles that come in through geo/read hold none
            with pytest.raises(StoreError):
                store.add(found)
        else:
            assert store.add(found)
    merge(store)
    assert store.integrity() == "ok"
    assert store.events(ALL)
    store.close()


def test_the_cost_grows_with_the_length_alone(tools: Tools) -> None:
    """A quick form of `python -m tests.bench_long`, whose figures are in docs/places.md."""
    read(article(long_text(4_000)), tools)

    def cost(length: int) -> float:
        began = time.process_time()
        read(article(long_text(length)), tools)
        return time.process_time() - began

    small = min(cost(10_000) for _ in range(2))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    large = cost(40_000)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert large < 4 * small * 2.5, f"{small:.1f} s for 10 kB, {large:.1f} s for 40 kB"
    assert grown < 200, f"{grown:.0f} MB more"
