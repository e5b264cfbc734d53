"""How place names are compared: one folding for build and look-up, a consonant skeleton, and head words.

The skeleton is for names brought over from Arabic script, where vowels and articles are anybody's guess
(Makhmur, Makhmour, Mexmur); it says little across the world and much inside one country.
"""

import re
import unicodedata
from functools import cache, lru_cache

import msgspec

from geo.lexicon import load

ARTICLES = frozenset((
    "al", "ar", "as", "ash", "at", "ath", "ad", "adh", "an", "az",
    "el", "er", "es", "esh", "et", "en", "ed", "ez", "ul", "ud", "ur", "us",
))  # fmt: skip
"""Forms of the Arabic article in Latin letters, after folding."""

_SHORT = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_LETTERS = str.maketrans({
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
    "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ı": "i", "ħ": "h", "Ħ": "H", "ə": "e", "Ə": "E", "ŋ": "n",
    "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ٱ": "ا", "ـ": None,
})  # fmt: skip
_APOSTROPHES = "'`´ʹʺʻʼʽʾʿˈˊˋ‘’‛′ꞌ"
_SILENT = str.maketrans("", "", _APOSTROPHES)
_ASCII = str.maketrans({c: c.lower() if c.isalnum() else None if c in _APOSTROPHES else " " for c
                        in map(chr, range(128))})  # fmt: skip
_INITIALS = re.compile(r"\b([^\W\d_])\.(?=[^\W\d_]\b|\W|$)")
_GAPS = re.compile(r"[\W_]+")

_DIGRAPHS = re.compile(r"tch|sh|ch|kh|gh|th|dh|ph|ck|dj")
_DIGRAPH = {"tch": "x", "sh": "x", "ch": "x", "kh": "k", "gh": "g", "th": "t", "dh": "d", "ph": "f", "ck": "k",
            "dj": "j"}  # fmt: skip
_LIKE = str.maketrans("qcv", "kkw")
_DOUBLED = re.compile(r"(.)\1+")
_GLIDE = re.compile(r"i[y](?=[aeiou])|(?<=[aeiou])[wy](?![aeiou])|y$")
_VOWELS = str.maketrans("", "", "aeiou")


def fold(name: str) -> str:
    """The key a name is stored and looked up under: no case, accents, points or hyphens; "" if nothing is left.

    "U.S." gives "us", "St. Louis" "saint louis", "Tall ‘Afar" "tall afar". Folding twice changes nothing.
    """
    if "." in name:
        name = _INITIALS.sub(r"\1", name)
    if name.isascii():
        words = name.translate(_ASCII).split()
    else:
        plain = _unaccented(_unaccented(name.translate(_SILENT)).casefold())
        words = _GAPS.sub(" ", plain).split()
    for place, word in enumerate(words[:-1]):  # the last word is no "Saint": "Main St"
        if word in _SHORT:
            words[place] = _SHORT[word]
    return " ".join(words)


def _unaccented(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(_LETTERS).translate(_SILENT)


def skeleton(name: str) -> str:
    """Consonants of a name in Latin letters, articles dropped and spellings levelled; "" when too little is left.

    Makhmour, Makhmur and Mexmur differ only in what is dropped or levelled; so do Deir Ezzor and Dayr az-Zawr.
    """
    return skeleton_of(fold(name))


def skeleton_of(key: str) -> str:
    """The skeleton of a name that is folded already."""
    if not key.isascii():
        return ""
    words = [word for word in key.split() if word not in ARTICLES] or key.split()
    bones = "".join(_bones(word) for word in words)
    bones = bones.removesuffix("h")
    return bones if len(bones) > 1 else ""


@lru_cache(1 << 14)
def _bones(word: str) -> str:
    word = _DIGRAPHS.sub(lambda found: _DIGRAPH[found[0]], word).translate(_LIKE)
    word = _GLIDE.sub("", _DOUBLED.sub(r"\1", word)).translate(_VOWELS)
    return _DOUBLED.sub(r"\1", word)


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that say what kind of place a name means."""

    codes: list[str]
    """Prefixes of feature codes."""
    bare: bool
    """The stem alone may mean the place too."""
    before: list[str]
    after: list[str]


class Heads(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/place_heads.toml."""

    heads: list[Head]


class Stem(msgspec.Struct, frozen=True):
    """A folded name without its head word, and the kinds of place it may then be."""

    key: str
    codes: tuple[str, ...]
    bare: bool

    def fits(self, feature_code: str) -> bool:
        """Whether the head word that was left out says this kind of place."""
        return feature_code.startswith(self.codes)


@cache
def _heads() -> tuple[dict[str, list[Head]], dict[str, list[Head]]]:
    before: dict[str, list[Head]] = {}
    after: dict[str, list[Head]] = {}
    for head in load("place_heads", Heads).heads:
        for words, table in ((head.before, before), (head.after, after)):
            for word in words:
                table.setdefault(word, []).append(head)
    return before, after


def stems(key: str) -> tuple[Stem, ...]:
    """Ways to leave the head word of a folded name out, longest head first; () when it has none.

    "salah ad din province" gives "salah ad din", to be an ADM1 or ADM2 and nothing else.
    """
    before, after = _heads()
    words = key.split()
    found = []
    for size in range(min(3, len(words) - 1), 0, -1):
        ways = ((after, words[-size:], words[:-size]), (before, words[:size], words[size:]))
        for table, head, rest in ways:
            for kind in table.get(" ".join(head), ()):
                found.append(Stem(" ".join(rest), tuple(kind.codes), kind.bare))
    return tuple(found)


def without_article(key: str) -> str:
    """A folded name less a leading Arabic article; "" when there is none."""
    first, _, rest = key.partition(" ")
    return rest if first in ARTICLES else ""
