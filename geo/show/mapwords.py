"""What the map layer is told before it starts, as scripts: the glyphs, and its words in another language.

The English stands in the scripts themselves, so that an English page needs no catalogue.
"""

import json
from functools import cache

from geo.show import glyphs, language
from geo.show.webfiles import glyph_table


def looks() -> str:
    """A script that hands the layer the glyphs of both themes."""
    known = {name: glyph_table(name) for name in glyphs.THEMES}
    table = json.dumps(known, separators=(",", ":")).replace("<", r"\u003c")
    return f"(window.DatelineLayer = window.DatelineLayer || {{}}).looksOfFamilies = {table};\n"


@cache
def script(code: str) -> str:
    """Sets the layer's catalogue; "" for English. The words are ours, so no text of an article is in it."""
    if code == language.ENGLISH:
        return ""
    words = language.catalogue(code)
    catalogue = {"language": code, "direction": words.direction, "say": words.say, "count": words.count}
    told = json.dumps(catalogue, ensure_ascii=True, separators=(",", ":")).replace("<", r"\u003c")
    return f"(window.DatelineLayer = window.DatelineLayer || {{}}).catalogue = {told};\n"
