"""The seeds' gold as a table beside the baseline: events found, what is no event, and the ends of the route."""

from collections import Counter
from datetime import date
from pathlib import Path

from geo.evaluate import movements
from geo.evaluate.corpus import Table, f1, lay_out
from geo.evaluate.events import Document, Said, baseline, fold
from geo.extract import merge_events
from geo.filters import VISIBLE
from geo.pipeline import Tools, read
from geo.read import find_files, read_bytes
from geo.records import Article, Event
from tests.test_seeds import FILES, GOLD, PLACES, REQUIRED, ROOT, is_at, matches

MOVED = next(r for r in GOLD["routes"] if r["must"])


def table(tools: Tools) -> Table:
    """Ours are the merged events that are shown; the baseline's are those of each article for itself."""
    paths = find_files([ROOT / "seeds"]).files
    articles = {path.name: article for path in paths for article in _articles(path)}
    found = {name: read(article, tools) for name, article in articles.items()}
    by_id = {a.id: a for a in articles.values()}
    merged = [e for e in merge_events([e for f in found.values() for e in f.events], by_id) if e.status in VISIBLE]
    mine = {"events found": float(sum(any(matches(e, gold) for e in merged) for gold in REQUIRED)),
            "false": float(sum(_denied(e, articles) for e in merged))}  # fmt: skip
    sides = ("origins", "destinations")
    right = said = 0
    for route in next(iter(found.values())).routes:
        ends = [(side, end) for side in sides for end in getattr(route, side)]
        fits = sum(any(is_at(end, gold) for gold in MOVED[side]) for side, end in ends)
        right, said = max((right, said), (fits, len(ends)), key=lambda row: row[0])
    mine["route slots F1"] = f1(right, said, sum(len(MOVED[side]) for side in sides))[2]
    plain = _baseline(articles, tools)
    head = f"seeds: 2 articles, {len(REQUIRED)} events, {len(GOLD['not_events'])} spans that are no event"
    return Table(lay_out(head, {"Dateline": mine, "baseline": plain}), mine)


def _articles(path: Path) -> tuple[Article, ...]:
    return read_bytes(path.read_bytes(), path.name).articles


def _denied(event: Event, articles: dict[str, Article]) -> bool:
    """Whether it rests on words of which the gold says that they tell of no event."""
    for gold in GOLD["not_events"]:
        there = articles[FILES[gold["article"]]].id
        for proof in event.evidence:
            span = proof.trigger or proof.span
            if proof.article_id == there and gold["start"] <= span.start and span.end <= gold["end"]:
                return True
    return False


def _baseline(articles: dict[str, Article], tools: Tools) -> dict[str, float]:
    said = {name: baseline(Document(a.text, date=str(a.published or "")), tools) for name, a in articles.items()}
    every = [one for rows in said.values() for one in rows]
    false = sum(
        any(s < gold["end"] and gold["start"] < e for s, e in one.spans)
        for gold in GOLD["not_events"] for one in said[FILES[gold["article"]]]
    )
    told = Counter(slot for a in list(articles.values())[:1]
                   for _, slots in movements.baseline(movements.Document(a.text), tools)
                   for slot in slots)  # fmt: skip
    wanted = Counter((role, fold(PLACES[p]["name"])) for role, side in
                     (("origin", "origins"), ("destination", "destinations")) for p in MOVED[side])  # fmt: skip
    return {
        "events found": float(sum(any(_fits(one, gold) for one in every) for gold in REQUIRED)),
        "false": float(false),
        "route slots F1": f1((wanted & told).total(), told.total(), wanted.total())[2],
    }


def _fits(said: Said, gold: dict[str, object]) -> bool:
    first, last = date.fromisoformat(str(gold["date_start"])), date.fromisoformat(str(gold["date_end"]))
    return (said.type == gold["type"] and fold(PLACES[str(gold["place"])]["name"]) in said.names
            and said.days is not None and first <= said.days[0] <= said.days[1] <= last)  # fmt: skip
