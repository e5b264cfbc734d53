"""robots.txt as RFC 9309 has it: the longest rule that fits decides, `*` is any text and `$` the end.

The standard library's reader takes the first rule that fits, and a star for a star: it would fetch what is closed by
"Allow: /" before "Disallow: /private", or by "Disallow: /*/print".
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

TEXT_LIMIT = 500_000
"""Bytes that count, as search engines do it."""
RULES_MOST = 5_000
PATTERN_MOST = 2_000
_LINE = re.compile(r"\s*([A-Za-z-]{1,40})\s*:\s*([^#]*)")


@dataclass(frozen=True, slots=True)
class Robots:
    """What one robots.txt says to one visitor."""

    rules: tuple[tuple[str, bool], ...] = ()
    """(pattern, whether it allows)"""
    delay_s: float = 0.0
    """Between two requests; 0 where it says nothing."""

    def allows(self, path: str) -> bool:
        """Whether the path, with its query, may be asked for. Of rules of one length the one that allows counts."""
        asked = _plain(path)
        fitting = [(len(pattern), allow) for pattern, allow in self.rules if _fits(pattern, asked)]
        return max(fitting, default=(0, True))[1]


def read_robots(data: bytes, name: str) -> Robots:
    """The rules for a visitor called `name`, in small letters: of the groups that name it, else of those for all."""
    if len(data) > TEXT_LIMIT:
        data = data[:TEXT_LIMIT].rpartition(b"\n")[0]  # half a rule may close everything
    mine: tuple[list[tuple[str, bool]], list[float]] = ([], [])
    everybody: tuple[list[tuple[str, bool]], list[float]] = ([], [])
    here: list[tuple[list[tuple[str, bool]], list[float]]] = []
    named = grouping = False
    for line in data.decode("utf-8", "replace").removeprefix("\ufeff").splitlines():
        match = _LINE.match(line)
        if not match:
            continue
        key, value = match[1].lower(), match[2].strip()
        if key == "user-agent":
            here = here if grouping else []
            grouping = True
            agent = value.lower().partition("/")[0].strip()
            if agent == name:
                named = True
            here += [mine] if agent == name else [everybody] if agent == "*" else []
            continue
        grouping = grouping and key not in ("allow", "disallow", "crawl-delay")
        for rules, delays in here:
            if key in ("allow", "disallow") and value and len(rules) < RULES_MOST:
                rules.append((_plain(value[:PATTERN_MOST]), key == "allow"))
            elif key == "crawl-delay" and re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
                delays.append(float(value))
    rules, delays = mine if named else everybody
    return Robots(tuple(rules), max(delays, default=0.0))


def _plain(path: str) -> str:
    """Escapes undone, so that %7E and ~ are one; a slash that is escaped is no slash."""
    return unquote(re.sub("%(?=2f)", "%25", path, flags=re.I))


def _fits(pattern: str, path: str) -> bool:
    """Whether the path begins as the pattern says, or is it to its end where that ends in `$`."""
    to_end = pattern.endswith("$")
    first, *rest = (pattern[:-1] if to_end else pattern).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not rest:
        return not to_end or at == len(path)
    last = rest.pop() if to_end else ""
    for part in rest:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return not to_end or (path.endswith(last) and at <= len(path) - len(last))
