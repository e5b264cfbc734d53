"""Addresses that lead inside (tests/cases/ssrf.toml): all refused at once, whatever name or redirect they wear."""

import time
import tomllib
from pathlib import Path

from geo.records import NotFetched
from tests.torture.score import Row
from tests.webserver import PUBLIC, Reply, serving

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/ssrf.toml").read_text("utf-8"))
AT_ONCE_S = 1.0


def inside() -> Row:
    """Every case of the list, against a server on loopback and a resolver of our own."""
    wrong: list[str] = []
    slowest = 0.0
    for case in CASES["refused"]:
        with serving() as web:
            web.names["inside.example"] = ["10.1.2.3"]
            if "means" in case:
                web.names[case["url"].split("/")[2]] = case["means"]
            if "sends_to" in case:
                web.otherwise = Reply(status=302, headers={"Location": case["sends_to"]})
            begun = time.monotonic()
            try:
                web.door().fetch(case["url"])
                wrong.append(f"{case['url']!r:.80} was fetched")
            except NotFetched:
                pass
            taken = time.monotonic() - begun
            slowest = max(slowest, taken)
            if taken > AT_ONCE_S:
                wrong.append(f"{case['url']!r:.80}: {taken:.1f} s")
            if not {address for address, _ in web.connected_to} <= set(PUBLIC):
                wrong.append(f"{case['url']!r:.80}: the server inside was asked")
    return Row("addresses inside", f"{len(CASES['refused'])} refused, slowest {slowest:.2f} s", tuple(wrong))
