"""What kind of place a place is, so that a person can tell the town of Mosul from the district of Mosul."""

from geo.records import Place
from geo.show import words
from geo.show.language import apart, say, term

CITY, TOWN = 100_000, 5_000
"""Inhabitants from which a settlement is called so. A village is known to have fewer."""

_OF_CODES = {
    "PCL": term("country"), "ADM1": term("province"), "ADM2": term("district"), "ADM": term("small district"),
    "CONT": term("continent"), "PPLC": term("capital"), "PPLX": term("part of a town"),
    "PPLQ": term("abandoned place"), "PPLH": term("abandoned place"), "PPLW": term("abandoned place"),
    "RUIN": term("abandoned place"), "AIRP": term("airport"), "AIRB": term("air base"), "AIRF": term("airport"),
    "MILB": term("military base"), "CMP": term("camp"), "ISL": term("island"), "ISLS": term("islands"),
    "PEN": term("peninsula"), "CAPE": term("cape"), "CST": term("coast"), "STM": term("river"),
    "LK": term("lake"), "RSV": term("reservoir"), "DAM": term("dam"), "SEA": term("sea"), "OCN": term("ocean"),
    "GULF": term("gulf"), "BAY": term("bay"), "STRT": term("strait"), "CHN": term("strait"), "MT": term("mountain"),
    "MTS": term("mountains"), "HLL": term("hill"), "VAL": term("valley"), "PASS": term("pass"),
    "DSRT": term("desert"), "PLN": term("plain"), "PLAT": term("plateau"), "RGN": term("region"),
    "OILF": term("oil field"), "OILR": term("refinery"), "BDG": term("bridge"), "RD": term("road"),
}
"""By feature code of GeoNames; a code that is not here goes by its beginning, as ADM3 and PCLI do."""


def kind(place: Place) -> str:
    """In a word or two; "" where nothing can be said."""
    code = place.feature_code
    if (found := _OF_CODES.get(code)) is None and code.startswith("PPL"):
        return say(_settlement(place.population))
    found = found or _OF_CODES.get(code[:3])
    return say(found) if found else ""


def _settlement(population: int | None) -> str:
    """Nobody counted is not nobody: a settlement of unknown size is neither town nor village."""
    if not population:
        return term("settlement")
    return term("city") if population >= CITY else term("town") if population >= TOWN else term("village")


def note(place: Place, name: str = "") -> str:
    """Under its name: kind, units round it, inhabitants, and the `name` that led to it where that is another one."""
    inhabitants = say("{x} inhabitants", x=f"{place.population:,}") if place.population else ""
    asked, own = words.clean(name), words.clean(place.name)
    other = say("also written {x}", x=words.quoted(asked)) if asked and asked.casefold() != own.casefold() else ""
    return " · ".join(part for part in (kind(place), apart(inside(place)), inhabitants, other) if part)


def inside(place: Place) -> str:
    """The units round a place, the small ones first; "" where none is known."""
    return words.place_line(place).partition(", ")[2]


def line(place: Place) -> str:
    """Name, units, and the kind in brackets, in one line."""
    where, what = words.place_line(place), kind(place)
    return say("{place} ({kind})", place=where, kind=what) if what else where
