"""Why a name was taken for a place, in plain words: the reasons that the resolver gives with each name."""

from collections.abc import Iterable, Iterator

from geo.extract.merge_routes import BY_HAND
from geo.records import Event, Findings, Place, Route, Where
from geo.show import words
from geo.show.language import patterns, retold, say, term

_SAYS = patterns((
    (r"canonical name", term("it is called so")),
    (r"canonical name (?P<x>“.*”)", term("it is called {x}")),
    (r"(?:alternate|relaxed|skeleton) name", term("one of its names, or a spelling of it")),
    (r"(?:alternate|relaxed|skeleton) name (?P<x>“.*”)", term("also written {x}")),
    (r"abbreviation name(?: “.*”)?", term("an abbreviation of its name")),
    (r"population (?P<x>[\d,]+)", term("{x} inhabitants")),
    (r"a unit's chief town", term("chief town of its district or province")),
    (r"a country", term("a country")), (r"a continent", term("a continent")), (r"a capital", term("a capital")),
    (r"a first-order unit", term("a province")), (r"a second-order unit", term("a district")),
    (r"a sea or region", term("a sea or a region")), (r"a landscape name", term("a name of a landscape")),
    (r"(?P<x>“.*”) is written beside it", term("{x} is written beside it")),
    (r"it holds the name written before it", term("the name written before it lies in it")),
    (r"other names are in (?P<x>.+)", term("other names in the article are in {x}")),
    (r"(?P<x>\d+) km from another name", term("{x} km from another place in the article")),
    (r"the source's own country", term("the publisher is of that country")),
    (r"groups of (?P<x>[A-Z]{2}) are named", term("groups of {x} are named")),
    (r"the people of (?P<x>.+)", term("the people of {x}")),
))


def wheres(found: Event | Route) -> tuple[tuple[str, Where], ...]:
    """The place of an event, or all ends of a route, each with what to call it."""
    if isinstance(found, Event):
        return ((term("Because"), found.where),) if found.where else ()
    sides = ((term("From"), found.origins), (term("Via"), found.waypoints), (term("To"), found.destinations))
    return tuple((name, where) for name, ends in sides for where in ends)


def reasons(where: Where, findings: Iterable[Findings]) -> tuple[str, ...]:
    """Why the articles' name for it was taken for this place, the telling ones first in the order of the articles.

    () where no article names it, as when the event lies in a place that a nearby sentence names otherwise.
    """
    if where.rule == BY_HAND:
        return (say("given by a person"),)
    said = [_in_words(reason, where.place) for reason in _given(where.place, findings)]
    return tuple(dict.fromkeys(said))


def _given(place: Place, findings: Iterable[Findings]) -> Iterator[str]:
    for one in findings:
        named = [t for t in one.toponyms if t.place and t.place.gazetteer_id == place.gazetteer_id]
        if named:
            yield from max(named, key=lambda t: (t.score, -t.mention.span.start)).reasons
            return


def _in_words(reason: str, place: Place) -> str:
    def told(value: str) -> str:
        if value == place.country_code:
            value = place.within[-1][1] if place.within else place.name
        return words.clean(value)

    return retold(reason, _SAYS, told) or words.clean(reason)
