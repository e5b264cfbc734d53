"""Any text at all through recognition and resolution: names and traps, any code points, or both."""

import random
import time
from itertools import pairwise

from geo.locate import Gazetteer, Tagger, locate
from geo.parse import language, parse, whole_characters
from geo.records import Toponym
from tests.torture.score import Row

PARSED = 0.04
"""Such a part goes through the whole parser, which takes most of the time; the rest get their words alone."""
PIECES = (
    "Mosul", "Qanus Island", "in", "near", "the", "Iraqi", "Al Hol camp", "New York Times",
    "U.S.", "D-Columbus", "São Paulo",
    "Paris, Texas", "15 km south of",
    "between", "and", "-", "—", "--", ".", ",", ",,", "\n", "\n\n", "\r\n", "\t", "“", "”", "((",
    "\"'‘“",
    "أربيل", "الموصل", "Москва", "東京", "👍🏽", "🇮🇶", "é", "e\u0301", "\u200b", "\u200f", "\u202e", "\u2066",
    "\ufeff", "\x00", "\x1b[31m",
    "\ud800", "\udfff", "\U0010ffff", "\u2028",
    "\x85", "İ", "ß", "ﬁ", "Ǆ", "’s", "'s", "AL-", "ISIS",
    "<b>Erbil</b>", "%s", "\\N{x}",
)  # fmt: skip


def made_up(chance: random.Random) -> str:
    """A short text: names and traps, any code points at all, or both; surrogates and NUL among them."""
    parts = []
    for _ in range(chance.randrange(9)):
        if chance.random() < 0.7:
            parts.append(chance.choice(PIECES))
        else:
            top = chance.choice((0x80, 0x700, 0x3100, 0x110000))
            parts.append("".join(chr(chance.randrange(top)) for _ in range(chance.randrange(1, 6))))
        parts.append(chance.choice((" ", " ", " ", "", "-", "\n")))
    return "".join(parts)


def misfits(text: str, found: tuple[Toponym, ...]) -> list[str]:
    """What does not hold that must hold of the toponyms of any text."""
    spans = [t.mention.span for t in found]
    wrong = {
        "a span is not its name": any(text[t.mention.span.start:t.mention.span.end] != t.mention.name for t in found),
        "two spans overlap": any(a.end > b.start for a, b in pairwise(spans)),
        "a score is not from 0 to 1": any(not 0 <= t.score <= 1 for t in found),
        "not one of place and reason": any((t.place is None) == (t.unresolved is None) for t in found),
    }
    return [what for what, is_so in wrong.items() if is_so]


def texts(n: int, tagger: Tagger, gazetteer: Gazetteer, seed: int = 20190911) -> Row:
    """`n` short texts; in a tenth of them at least something must be found, or they would try nothing."""
    chance, wrong, found_any, slowest = random.Random(seed), [], 0, 0.0
    for number in range(n):
        text = made_up(chance)
        begun = time.process_time()
        doc = parse(text) if number < PARSED * n else language().make_doc(whole_characters(text))
        try:
            found = locate(text, doc, tagger, gazetteer)
        except Exception as error:  # whatever it is, it is what is looked for
            wrong.append(f"{text!a:.80}: {error!r:.120}")
            continue
        wrong += [f"{text!a:.80}: {what}" for what in misfits(text, found)]
        found_any += bool(found)
        slowest = max(slowest, time.process_time() - begun)
    if found_any <= n / 10:
        wrong.append(f"places in {found_any} of {n} texts alone")
    return Row("texts", f"{n:,} texts, {found_any:,} with places, slowest {slowest:.2f} s", tuple(wrong))
