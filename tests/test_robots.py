"""robots.txt: the longest rule decides, stars and ends count, and no file takes long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.read.robots import TEXT_LIMIT, read_robots

SEVERAL = """
# of a newspaper
User-agent: other
Disallow: /

User-Agent: Dateline/2.0 # us
user-agent: friend
Allow: /open
Disallow: /open/not
Crawl-delay: 2.5
Sitemap: https://news.example/map.xml

User-agent: *
Disallow: /all
"""


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /private", "/private/a", False), ("Disallow: /private", "/public", True),
        ("Allow: /\nDisallow: /private", "/private", False), ("Disallow: /\nAllow: /feed", "/feed.xml", True),
        ("Disallow: /\nAllow: /feed", "/news", False), ("Disallow:", "/a", True), ("", "/a", True),
        ("Disallow: /*/print", "/a/b/print?x", False), ("Disallow: /*/print", "/print", True),
        ("Disallow: /*.pdf$", "/a.pdf", False), ("Disallow: /*.pdf$", "/a.pdf?x", True),
        ("Disallow: /a*b*c$", "/a-b-c-c", False), ("Disallow: /ab$", "/ab", False), ("Disallow: /ab$", "/abc", True),
        ("Disallow: /*aba$", "/aba", False), ("Disallow: /ab*ba$", "/aba", True), ("Disallow: *", "/", False),
        ("Disallow: /~x", "/%7Ex", False), ("Disallow: /a%2fb", "/a/b", True),
        ("Disallow: /caf\u00e9", "/caf%C3%A9", False),
        ("Allow: /a\nDisallow: /a", "/a", True), ("Disallow: /?q=", "/?q=1", False),
    ],
)  # fmt: skip
def test_the_longest_rule_that_fits_decides(rules: str, path: str, allowed: bool) -> None:
    assert read_robots(f"User-agent: *\n{rules}".encode(), "dateline").allows(path) == allowed


def test_the_groups_that_name_the_visitor_count_alone() -> None:
    robots = read_robots(SEVERAL.encode(), "dateline")
    assert (robots.allows("/open/a"), robots.allows("/open/not"), robots.allows("/all")) == (True, False, True)
    assert robots.delay_s == 2.5
    stranger = read_robots(SEVERAL.encode(), "stranger")
    assert (stranger.allows("/all"), stranger.allows("/open/not"), stranger.delay_s) == (False, True, 0.0)
    twice = b"User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b"
    assert [read_robots(twice, "dateline").allows(path) for path in ("/a", "/b", "/c")] == [False, False, True]


def test_a_huge_file_counts_up_to_its_last_whole_line_and_takes_no_time() -> None:
    data = b"User-agent: *\n" + b"Disallow: /*a*a*a*a*a*a*b$\n" * 20_000
    data = data[: TEXT_LIMIT - 12] + b"\nDisallow: /nothing-else\n" + b"x" * 10_000_000
    begun = time.process_time()
    robots = read_robots(data, "dateline")
    assert robots.allows("/" + "a" * 2000)
    assert time.process_time() - begun < 2


@given(st.binary(max_size=300), st.text(max_size=50))
def test_no_file_and_no_path_raises(data: bytes, path: str) -> None:
    read_robots(b"User-agent: *\nDisallow: " + data, "dateline").allows("/" + path)
