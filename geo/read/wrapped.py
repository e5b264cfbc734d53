"""Paragraphs that were broken into lines of one width, as wires and letters send them: their breaks become spaces.

A sentence ends with its line otherwise, so that what stands in the second line of one would be lost.
"""

import re
from collections.abc import Iterator

NARROWEST, WIDEST = 40, 120
"""Code points of the longest line; with a longer one, a line is a paragraph."""
SHARE = 0.8
"""Of the breaks inside paragraphs, at least so many stand where the next word would not have fitted."""
SEVERAL = 4
"""Lines, of which one may be too long."""
FEW = 3
"""Fewer breaks than this are an accident, unless words in small letters follow them."""
_ITEM = re.compile(r"\s*(?:[-*•>|–—]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")


def unwrapped(text: str, start: int = 0) -> str:
    """The text, code point for code point, with spaces for breaks inside a sentence from `start` on.

    The same text unless it is wrapped as a whole: of lists, tables and verse the lines are not filled to one width.
    """
    lengths = sorted(len(line.rstrip()) for line in text[start:].split("\n") if " " in line.strip())
    # The longest line of several may be an accident: an address in it, a dateline put before it.
    width = lengths[-2] if len(lengths) >= SEVERAL else max(lengths, default=0)
    if not NARROWEST <= width <= WIDEST:
        return text
    breaks = list(_breaks(text, start, width))
    filled = sum(full for _, full, _ in breaks)
    if filled < SHARE * len(breaks) or (len(breaks) < FEW and not any(small for _, _, small in breaks)):
        return text
    made = list(text)
    for at, full, small in breaks:
        if full or small:
            made[at] = " "
            if at and made[at - 1] == "\r":
                made[at - 1] = " "
    return "".join(made)


def _breaks(text: str, start: int, width: int) -> Iterator[tuple[int, bool, bool]]:
    """(offset, whether the next word would not have fitted, whether a small letter follows) of each break between two
    lines of a paragraph; blank lines, items of a list and indented lines begin a new one."""
    line_start = start
    while (at := text.find("\n", line_start)) >= 0:
        end = text.find("\n", at + 1)
        line, following = text[line_start:at].rstrip(), text[at + 1 : end if end >= 0 else len(text)]
        words = following.split(None, 1)
        indented = following[:2].isspace() and not line[:2].isspace()
        if line and words and not indented and not _ITEM.match(following):
            yield at, len(line) + 1 + len(words[0]) > width, words[0][0].islower()
        line_start = at + 1
