"""Asking other people's servers the way they ask to be asked: robots.txt, one request at a time, a pause between two.

One `Visitor` for everything that is fetched in a run, so that each host has one queue.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from geo.read.address import Target
from geo.read.fetch import Answer, Door, page_of
from geo.read.robots import Robots, read_robots
from geo.records import NotFetched

ROBOT = "dateline"
"""What robots.txt may call us."""
GAP_S = 1.0
"""Between two requests to one host, unless its robots.txt asks for more."""
GAP_MOST_S = 60.0
"""A longer Crawl-delay is not waited for: the host is left alone."""
ROBOTS_HOLD_S = 24 * 3600.0
FAILED_HOLD_S = 600.0
WAIT_MOST_S = 60.0
"""A Retry-After up to this is waited for, once."""
HOSTS_MOST = 1_000
"""Hosts whose robots.txt is remembered; a watcher that fetches pages meets ever new ones."""
BUSY = (429, 503)


@dataclass(frozen=True, slots=True)
class _Rules:
    robots: Robots
    until: float
    refusal: str = ""
    """Why nothing may be asked for now; "" when the rules decide."""


@dataclass(slots=True)
class Visitor:
    """Fetches politely. `clock` gives seconds that only grow, `pause` waits for some; tests put in their own."""

    door: Door = field(default_factory=Door)
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    gap_s: float = GAP_S
    _rules: dict[str, _Rules] = field(default_factory=dict)
    _next: dict[str, float] = field(default_factory=dict)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """What the server says, whatever its status, after waiting for the host's turn.

        NotFetched when robots.txt asks not to, and for all that Door.fetch raises it for.
        """
        return self.door.fetch(url, headers=headers, before=self._ask_leave)

    def page(self, url: str) -> Answer:
        """As `get`, with a body. A server that is busy is asked once more when it says how soon that makes sense."""
        answer = self.get(url)
        wait_s = retry_after_s(answer)
        if answer.status in BUSY and wait_s is not None and wait_s <= WAIT_MOST_S:
            self.pause(wait_s)
            answer = self.get(url)
        return page_of(answer)

    def gap_of(self, target: Target) -> float:
        """Seconds between two requests to this host."""
        return max(self.gap_s, self._rules_of(target).robots.delay_s)

    def _ask_leave(self, target: Target) -> None:
        rules = self._rules_of(target)
        if rules.refusal:
            raise NotFetched(rules.refusal)
        if not rules.robots.allows(target.path):
            url = f"{target.site}{target.path}"
            raise NotFetched(f"robots.txt of {target.host} asks not to fetch {url[:100]}; save the page by hand.")
        gap = self.gap_of(target)
        if gap > GAP_MOST_S:
            raise NotFetched(f"robots.txt of {target.host} asks for {gap:g} seconds between two requests.")
        self._take_turn(target.host, gap)

    def _take_turn(self, host: str, gap: float) -> None:
        now = self.clock()
        wait = self._next.get(host, now) - now
        if wait > 0:
            self.pause(wait)
        self._next[host] = max(now, self._next.get(host, now)) + gap

    def _rules_of(self, target: Target) -> _Rules:
        now = self.clock()
        known = self._rules.get(target.site)
        if known is None or known.until <= now:
            self._forget(now)
            known = self._rules[target.site] = self._read_rules(target, now)
        return known

    def _forget(self, now: float) -> None:
        """Of too many hosts those whose rules no longer hold, and then those asked for first."""
        if len(self._rules) < HOSTS_MOST:
            return
        holding = {site: rules for site, rules in self._rules.items() if rules.until > now}
        self._rules = dict(list(holding.items())[-HOSTS_MOST + 1 :])
        self._next = {host: at for host, at in self._next.items() if at > now}

    def _read_rules(self, target: Target, now: float) -> _Rules:
        """As in RFC 9309: a robots.txt that is not there allows all, one that cannot be had allows nothing."""
        self._take_turn(target.host, self.gap_s)
        try:
            answer = self.door.fetch(f"{target.site}/robots.txt")
        except NotFetched as error:
            refusal = f"robots.txt of {target.host} cannot be asked for, so nothing else is: {error}"
            return _Rules(Robots(), now + FAILED_HOLD_S, refusal)
        if answer.status in BUSY or answer.status >= 500:
            refusal = f"robots.txt of {target.host} answered with {answer.status}, so nothing else is asked for."
            return _Rules(Robots(), now + FAILED_HOLD_S, refusal)
        robots = read_robots(answer.data, ROBOT) if answer.status == 200 else Robots()
        return _Rules(robots, now + ROBOTS_HOLD_S)


def retry_after_s(answer: Answer) -> float | None:
    """Seconds that the server asks to wait, from its own clock where it names a time; None where it says nothing."""
    stated = answer.headers.get("retry-after", "").strip()
    if stated.isdecimal():
        return float(min(int(stated[:9]), 10**8))
    try:
        then = parsedate_to_datetime(stated)
        here = parsedate_to_datetime(answer.headers["date"]) if "date" in answer.headers else datetime.now(UTC)
        return max(0.0, (then - here).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
