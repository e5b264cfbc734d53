"""Feeds and folders looked after: politely, nothing twice, nothing left out, whatever ends a run in between."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from geo.keep import Store
from geo.locate import Gazetteer, Tagger
from geo.pipeline import Tools
from geo.read.polite import Visitor
from geo.records import BadInput, StoreError
from geo.watch import TRIES_MOST, Watch, read_states, status
from geo.watch_config import Config, read_config
from tests.webserver import Asked, Reply, Web, serving

FEED = "http://news.example/feed"
MINUTES = 60.0


@dataclass
class Clock:
    """Time that passes only when someone waits, from some day on."""

    now: float = 1_568_200_000.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def feed(*numbers: int, words: str = "A bomb exploded in Mosul") -> bytes:
    items = "".join(
        f"<item><title>Item {n}</title><link>http://news.example/{n}</link>"
        f"<description>{words}, and it was number {n} of many such reports.</description></item>" for n in numbers)
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


def page(number: int) -> bytes:
    words = f"A bomb exploded in Mosul on Tuesday. It was number {number}. Two people died in the blast."
    return f"<html><body><article><h1>Item {number}</h1><p>{words}</p></article></body></html>".encode()


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        server.replies["", "/robots.txt"] = Reply(status=404)
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path}/store.sqlite")
    yield made
    made.close()


@pytest.fixture(scope="module")
def tools(gazetteer: Gazetteer) -> Callable[[], Tools]:
    opened: list[Tools] = []

    def give() -> Tools:
        opened[:] = opened or [Tools(gazetteer, Tagger.open())]
        return opened[0]

    return give


def config(tmp_path: Path, words: str) -> Config:
    path = tmp_path / "watch.toml"
    path.write_text(words, "utf-8")
    return read_config(path)


@pytest.fixture
def watch(web: Web, store: Store, tools: Callable[[], Tools], tmp_path: Path) -> Callable[..., Watch]:
    def make(words: str = f'every = "10m"\n[[feed]]\nurl = "{FEED}"\n', **more: Any) -> Watch:
        clock = more.pop("clock", None) or Clock()
        guest = Visitor(web.door(), clock, clock.wait)
        return Watch(config(tmp_path, words), store, tools, guest, clock, clock.wait, **more)

    return make


def asked_for(web: Web, path: str) -> list[Asked]:
    return [asked for asked in web.asked if asked.path == path]


def test_a_feed_is_read_and_then_asked_only_for_what_is_new(web: Web, store: Store, watch: Any) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == '"one"':
            return Reply(status=304)
        return Reply(feed(1, 2), headers={"ETag": '"one"', "Last-Modified": "Wed, 11 Sep 2019 08:00:00 GMT"})

    web.replies["", "/feed"] = answer
    made = watch()
    assert made.look(everything=False).report.new == 2
    assert made.look(everything=False).looked_at == 0
    made.now.now += 10 * MINUTES + 1
    again = made.look(everything=False)
    assert (again.looked_at, again.report.new, again.report.unchanged) == (1, 0, 0)
    first, second = asked_for(web, "/feed")
    assert "if-none-match" not in first.headers
    assert second.headers["if-modified-since"] == "Wed, 11 Sep 2019 08:00:00 GMT"
    assert store.counts()["articles"] == 2


def test_a_restart_neither_repeats_nor_skips(web: Web, store: Store, watch: Any) -> None:
    web.replies["", "/feed"] = Reply(feed(1), headers={"ETag": '"one"'})
    clock = Clock()
    watch(clock=clock).look(everything=False)
    assert watch(clock=clock).look(everything=False).looked_at == 0
    clock.now += 11 * MINUTES
    web.replies["", "/feed"] = Reply(feed(1, 2))
    report = watch(clock=clock).look(everything=False).report
    assert (report.new, report.unchanged) == (1, 1)
    assert asked_for(web, "/feed")[-1].headers["if-none-match"] == '"one"'
    assert read_states(store)[FEED].articles == 2


def test_a_run_that_ends_before_the_articles_are_kept_asks_again(web: Web, store: Store, watch: Any) -> None:
    web.replies["", "/feed"] = Reply(feed(1, 2), headers={"ETag": '"one"'})

    def power_cut() -> Tools:
        raise KeyboardInterrupt

    made = watch()
    made.tools, kept = power_cut, made.tools
    with pytest.raises(KeyboardInterrupt):
        made.look(everything=False)
    assert read_states(store) == {}
    made.tools = kept
    assert made.look(everything=False).report.new == 2


def test_a_feed_that_fails_is_asked_less_and_less_and_says_since_when(web: Web, store: Store, watch: Any) -> None:
    said: list[str] = []
    made = watch(say=said.append)
    web.replies["", "/feed"] = Reply(status=500)
    begun = made.now.now
    waits = []
    for _ in range(4):
        at = made.now.now
        made.look(everything=False)
        waits.append(round((made.next_due() - at) / MINUTES))
        made.now.now = made.next_due()
    assert waits == [10, 20, 40, 80]
    assert said == [f"{FEED} fails: it answered with 500"]
    (line,) = status(made.config, store, made.now.now)
    assert "FAILS since 2019-09-11" in line
    assert "(4 times): it answered with 500" in line
    assert read_states(store)[FEED].failing_since < begun + 10
    web.replies["", "/feed"] = Reply(feed(1))
    made.look(everything=False)
    (line,) = status(made.config, store, made.now.now)
    assert "well, last read" in line
    assert "1 articles" in line


def test_retry_after_is_waited_for(web: Web, watch: Any) -> None:
    made = watch()
    web.replies["", "/feed"] = Reply(status=429, headers={"Retry-After": "7200"})
    at = made.now.now
    made.look(everything=False)
    assert made.next_due() - at == pytest.approx(7200, abs=5)


@pytest.mark.parametrize(
    ("reply", "says"),
    [(Reply(b"<html>moved</html>"), "no RSS or Atom feed"), (Reply(b""), "nothing in it"),
     (Reply(b"<!DOCTYPE x><rss/>"), "DOCTYPE"), (Reply(b"gone", 410), "410")],
)
def test_what_is_no_feed_is_a_failure_with_its_reason(
    web: Web, store: Store, watch: Any, reply: Reply, says: str
) -> None:
    web.replies["", "/feed"] = Reply(reply.data, reply.status, {"Content-Type": "application/rss+xml"})
    made = watch()
    made.look(everything=False)
    assert says in read_states(store)[FEED].reason


def test_robots_txt_is_obeyed(web: Web, store: Store, watch: Any) -> None:
    web.replies["", "/robots.txt"] = Reply(b"User-agent: *\nDisallow: /feed")
    web.replies["", "/feed"] = Reply(feed(1))
    watch().look(everything=False)
    assert asked_for(web, "/feed") == []
    assert "asks not to fetch" in read_states(store)[FEED].reason


def test_a_feed_of_a_troubled_server_is_read_in_the_end_and_nothing_twice(
    web: Web, store: Store, watch: Any
) -> None:
    """It moves, changes its format, is busy; its robots.txt is huge, broken, closed. A new run begins each time."""
    told = "A bomb exploded in Mosul, and it was number {} of many such reports."
    items = [{"url": f"http://news.example/{n}", "content_text": told.format(n)} for n in (1, 2, 3)]
    entry = "<entry><title>Item {0}</title><link href='http://news.example/{0}'/><summary>{1}</summary></entry>"
    atom = "".join(entry.format(n, told.format(n)) for n in (1, 2))
    as_atom = Reply(f"<feed xmlns='http://www.w3.org/2005/Atom'>{atom}</feed>".encode())
    as_json = Reply(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode(),
                    headers={"Content-Type": "application/feed+json"})  # fmt: skip
    moved = Reply(status=301, headers={"Location": "http://new.example/feed"})
    steps: list[tuple[tuple[str, str], Reply, int, str]] = [
        (("", "/feed"), Reply(feed(1)), 1, ""),
        (("", "/robots.txt"), Reply(status=500), 0, "robots.txt of news.example answered with 500"),
        (("", "/robots.txt"), Reply(b"User-agent: *\nDisallow: /x\n" * 40_000 + b"Disallow: /"), 0, ""),
        (("", "/robots.txt"), Reply(b"User-agent: *\nDisallow: /*eed$"), 0, "asks not to fetch"),
        (("", "/robots.txt"), Reply(status=404), 0, ""),
        (("", "/feed"), moved, 0, "new.example"),
        (("new.example", "/feed"), as_atom, 1, ""),
        (("new.example", "/feed"), Reply(status=503, headers={"Retry-After": "30"}), 0, "503"),
        (("new.example", "/feed"), as_json, 1, ""),
    ]
    clock = Clock()
    web.replies["new.example", "/feed"] = Reply(status=500)
    for place, reply, new, reason in steps:
        web.replies[place] = reply
        made = watch(clock=clock)
        clock.now = max(clock.now, made.next_due())
        assert made.look(everything=False).report.new == new, (place, reply.data[:60])
        state = read_states(store)[FEED]
        assert (reason in state.reason) if reason else state.failures == 0, (place, state.reason)
        assert bool(state.failing_since) == bool(reason)
    assert len(store.article_ids()) == 3


PAGES = f'[[feed]]\nurl = "{FEED}"\nevery = "10m"\npages = true\n'


def test_the_pages_of_entries_are_fetched_once_and_a_second_apart(web: Web, store: Store, watch: Any) -> None:
    web.replies["", "/feed"] = Reply(feed(1, 2), headers={"ETag": '"one"'})
    for n in (1, 2, 3):
        web.replies["", f"/{n}"] = Reply(page(n), headers={"Content-Type": "text/html"})
    made = watch(PAGES)
    assert made.look(everything=False).report.new == 2
    assert all("Two people died" in a.text for a in store.articles().values())
    assert made.now.waits == [1.0] * 3  # robots.txt, the feed and two pages
    web.replies["", "/feed"] = Reply(feed(3, 2, 1))
    made.now.now += 11 * MINUTES
    assert made.look(everything=False).report.new == 1
    assert web.paths() == ["/robots.txt", "/feed", "/1", "/2", "/feed", "/3"]


def test_a_page_that_cannot_be_had_is_tried_a_few_times_though_the_feed_stays_the_same(
    web: Web, store: Store, watch: Any
) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(status=304) if "if-none-match" in asked.headers else Reply(feed(1), headers={"ETag": '"one"'})

    web.replies["", "/feed"] = answer
    made = watch(PAGES)
    for _ in range(TRIES_MOST + 2):
        made.look(everything=False)
        made.now.now += 11 * MINUTES
    assert len(asked_for(web, "/1")) == TRIES_MOST
    assert len(store.quarantined()) == 1


def test_more_pages_than_are_fetched_at_a_time_are_left_for_the_next_time(web: Web, store: Store, watch: Any) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(status=304) if "if-none-match" in asked.headers else Reply(
            feed(1, 2, 3), headers={"ETag": '"one"'})

    web.replies["", "/feed"] = answer
    for n in (1, 2, 3):
        web.replies["", f"/{n}"] = Reply(page(n), headers={"Content-Type": "text/html"})
    made = watch(PAGES + "pages_most = 2\n")
    counts = []
    for _ in range(3):
        counts.append(made.look(everything=False).report.new)
        made.now.now += 11 * MINUTES
    assert counts == [2, 1, 0]


def test_folders_are_looked_after_and_files_in_the_making_are_left_alone(
    store: Store, watch: Any, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    made = watch('[[folder]]\npath = "inbox"\nevery = "5s"\n')
    for name, age in (("a.txt", 10), ("b.txt", 1)):
        (inbox / name).write_text(f"A bomb exploded in Mosul. This is {name}.", "utf-8")
        os.utime(inbox / name, (made.now.now - age,) * 2)
    assert made.look(everything=False).report.new == 1
    assert made.look(everything=False).looked_at == 0
    made.now.now += 6
    report = made.look(everything=False).report
    assert (report.new, report.unchanged) == (1, 0)
    made.now.now += 6
    assert made.look(everything=False).report.unchanged == 0
    (line,) = status(made.config, store, made.now.now)
    assert line.endswith("\tthere")


def test_it_runs_until_it_is_asked_to_stop(web: Web, watch: Any) -> None:
    web.replies["", "/feed"] = Reply(feed(1))
    said: list[str] = []
    made = watch(say=said.append)
    end = made.now.now + 25 * MINUTES
    made.stop = lambda: made.now.now >= end
    made.run()
    assert len(asked_for(web, "/feed")) == 3
    assert said == [f"{FEED} brought 1", "1 new, 0 updated, 0 unchanged, 0 quarantined"]


def test_a_store_that_is_busy_ends_nothing(web: Web, store: Store, watch: Any, tmp_path: Path) -> None:
    web.replies["", "/feed"] = Reply(feed(1))
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.txt").write_text("Gunmen attacked Kirkuk.", "utf-8")
    said: list[str] = []
    made = watch(f'every = "10m"\n[[feed]]\nurl = "{FEED}"\n[[folder]]\npath = "inbox"\n', say=said.append)
    os.utime(tmp_path / "inbox" / "a.txt", (made.now.now - 60,) * 2)
    kept = made.tools

    def busy() -> Tools:
        made.tools = kept
        raise StoreError("The store cannot be written: database is locked.")

    made.tools = busy
    end = made.now.now + 2 * MINUTES
    made.stop = lambda: made.now.now >= end
    made.run()
    assert said == [
        "The store cannot be written: database is locked. It is tried again in 30 seconds.",
        f"{FEED} brought 1",
        "2 new, 0 updated, 0 unchanged, 0 quarantined",
    ]


def test_a_clock_that_was_put_back_holds_nothing_up(web: Web, watch: Any) -> None:
    web.replies["", "/feed"] = Reply(feed(1))
    made = watch()
    made.look(everything=False)
    made.now.now -= 400 * 24 * 60 * MINUTES
    assert made.look(everything=False).looked_at == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "nothing to watch"), ("[[feed]]\nurl = 5", "url"), ("[[fed]]\n", "fed"), ("not toml", "does not fit"),
        ('[[feed]]\nurl = "file:///etc/passwd"', "file"),
        ('[[feed]]\nurl = "http://a.example/"\nevery = "1s"', "60s"),
        ('every = "soon"\n[[folder]]\npath = "x"', "soon"), ('[[feed]]\nurl = "http://a.example/"\n' * 2, "twice"),
        ('contact = "a\\nb"\n[[folder]]\npath = "x"', "contact"),
        ('[[feed]]\nurl = "http://a.example/"\npages_most = 0', "pages_most"),
    ],
)
def test_a_configuration_that_does_not_fit_says_why(tmp_path: Path, words: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        config(tmp_path, words)


def test_paths_are_relative_to_the_configuration(tmp_path: Path) -> None:
    made = config(tmp_path, '[[folder]]\npath = "in"\nevery = "2h"')
    assert made.folders[0].path == tmp_path / "in"
    assert made.folders[0].every_s == 7200


HOLDER = """
import sys, time
from geo.keep import Store
with Store.open(sys.argv[1]).watched():
    print("held", flush=True)
    time.sleep(600)
"""


def test_two_watchers_of_one_store_are_one_too_many(store: Store, watch: Any, tmp_path: Path) -> None:
    """The other one is a process; when that is killed the store can be had at once."""
    (tmp_path / "in").mkdir()
    mine = watch('[[folder]]\npath = "in"')
    other = subprocess.Popen([sys.executable, "-c", HOLDER, store.url], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        for looking in (mine.run, lambda: mine.look(everything=True)):
            with pytest.raises(StoreError, match="Another `geo watch` looks after the store"):
                looking()
    finally:
        other.kill()
        other.communicate()
    assert mine.look(everything=True).looked_at == 1


def test_watching_holds_the_store_from_beginning_to_end(store: Store, watch: Any, tmp_path: Path) -> None:
    seen: list[str] = []

    def stop() -> bool:
        try:
            with store.watched():
                seen.append("free")
        except StoreError:
            seen.append("held")
        return True

    watch('[[folder]]\npath = "in"', stop=stop).run()
    assert set(seen) == {"held"}
    with store.watched():
        pass
