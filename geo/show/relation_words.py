"""How something lies to a place, in the language of the page: "15 km south of Mosul", "on the outskirts of Homs".

The relation is kept as the article says it, in English small letters (geo/locate/relations.py).
"""

import re
from collections.abc import Mapping
from functools import cache

from geo.locate.relations import relations
from geo.show.language import ENGLISH, say, spoken, term

_PLAIN = {
    "near": term("near {place}"), "outside": term("outside {place}"), "off": term("off {place}"),
    "outskirts of": term("on the outskirts of {place}"), "border with": term("at the border with {place}"),
    "between": term("between {place}"),
}
"""The relations of data/lexicon/place_relations.toml that are neither sides nor distances."""
_SIDES = {
    0: term("north"), 22.5: term("north-north-east"), 45: term("north-east"), 67.5: term("east-north-east"),
    90: term("east"), 112.5: term("east-south-east"), 135: term("south-east"), 157.5: term("south-south-east"),
    180: term("south"), 202.5: term("south-south-west"), 225: term("south-west"), 247.5: term("west-south-west"),
    270: term("west"), 292.5: term("west-north-west"), 315: term("north-west"), 337.5: term("north-north-west"),
}
"""By degrees from north, clockwise."""
_LENGTHS = {
    "kilometre": term("{n} km"), "mile": term("{n} mi"), "nautical mile": term("{n} nautical miles"),
    "metre": term("{n} m"), "yard": term("{n} yd"), "foot": term("{n} ft"),
}
_VAGUE = {"a few": term("a few"), "several": term("several"), "dozens of": term("dozens of"), "half": term("half a")}
"""Numbers in words that stand for no figure."""
_SIDE = re.compile(r"(?:(?P<far>.+?) )?(?P<side>[a-z-]+) of", re.I)
_FAR = re.compile(r"(?P<far>.+?) from", re.I)


def beside(relation: str, place: str) -> str:
    """Relation and place, both clean text, together; as they stand where the words are none of ours."""
    told = relation.strip()
    if spoken() == ENGLISH:
        return f"{told} {place}"
    if told in _PLAIN:
        return say(_PLAIN[told], place=place)
    if (match := _SIDE.fullmatch(told)) and (side := side_words(match["side"])):
        if not match["far"]:
            return say("{side} of {place}", side=side, place=place)
        if far := _length(match["far"]):
            return say("{far} {side} of {place}", far=far, side=side, place=place)
    elif (match := _FAR.fullmatch(told)) and (far := _length(match["far"])):
        return say("{far} from {place}", far=far, place=place)
    return f"{told} {place}"


def side_words(side: str) -> str:
    """One of the sixteen points of the compass, in whole words or in letters ("NNE"); "" for anything else."""
    degrees = _degrees().get(re.sub(r"[-\s]", "", side.lower()))
    return "" if degrees is None else say(_SIDES[degrees])


@cache
def _degrees() -> Mapping[str, float]:
    found = {}
    for name, degrees in relations().bearings.items():
        found[name.replace("-", "")] = degrees
        found["".join(part[0] for part in name.split("-"))] = degrees
    return found


def _length(text: str) -> str:
    """ "fifteen kilometres" as "15 km"; "" where it is no length."""
    for name, length in relations().lengths.items():
        for form in sorted(length.forms, key=len, reverse=True):
            if text.lower().endswith(f" {form}"):
                number = _number(text[:-len(form)].strip().lower())
                return say(_LENGTHS[name], n=number) if number else ""
    return ""


def _number(text: str) -> str:
    if text in _VAGUE:
        return say(_VAGUE[text])
    if text in relations().numbers:
        return f"{relations().numbers[text]:g}"
    return text if re.fullmatch(r"\d[\d,.]*", text) else ""
