"""Titles in the language of the page, where they are made of our own words: "Airstrike on Qanus Island".

A title that an article or a table gave stays as it was written, and so do the names in ours. Exports keep the title
of the store, which is English.
"""

import re
from collections.abc import Sequence

from geo import lexicon
from geo.extract.routes import route_title
from geo.records import Event, Route, Where
from geo.show import relation_words, words
from geo.show.language import ENGLISH, apart, in_row, say, spoken, term

_BEHIND = {
    "in": term("{what} in {place}"), "on": term("{what} on {place}"), "at": term("{what} at {place}"),
    "by": term("{what} by {place}"),
}
"""Between type and place: the prepositions of titles; the other words there are relations."""
_RELATION = re.compile(r"(?P<relation>near|outside|off|between|border with|.+? from|.*?[a-z-]+ of) (?P<place>.+)",
                       re.S | re.I)  # fmt: skip


def shown(found: Event | Route) -> str:
    """Its title for a page, cleaned."""
    return event_title(found.title, found.event_type) if isinstance(found, Event) else of_route(found)


def event_title(title: str, event_type: str) -> str:
    """The title of an event of this type."""
    known = lexicon.types().types.get(event_type)
    if spoken() == ENGLISH or known is None:
        return words.clean(title)
    what = say(known.label)
    if title == known.label:
        return what
    if title.startswith(f"{known.label}, "):  # as tables of events are titled
        return in_row((what, apart(words.clean(title[len(known.label) + 2:]))))
    if title.startswith(f"{known.label} ") and (told := _behind(what, title[len(known.label) + 1:])):
        return told
    return words.clean(title)


def _behind(what: str, rest: str) -> str:
    """Type and what stands behind it; "" where that is none of our words."""
    for word, told in _BEHIND.items():
        if rest.startswith(f"{word} "):
            return say(told, what=what, place=words.clean(rest[len(word) + 1:]))
    if match := _RELATION.fullmatch(rest):
        place = words.clean(match["place"])
        relation = words.clean(match["relation"])
        told = relation_words.beside(relation, place)
        if told != f"{relation} {place}":
            return f"{what} {told}"
    return ""


def of_route(route: Route) -> str:
    """Who, from where and to where."""
    named = route.movers[:2]
    if spoken() == ENGLISH or route.title != route_title(named, route.origins, route.destinations):
        return words.clean(route.title)
    first, *others = [words.clean(name) for name in named] or [say("Movement")]
    who = words.listed((words.capital(first), *others))
    origins, goals = _names(route.origins), _names(route.destinations)
    if origins and goals:
        return say("{who}: from {origins} to {goals}", who=who, origins=origins, goals=goals)
    return say("{who}: from {origins}", who=who, origins=origins) if origins else (
        say("{who}: to {goals}", who=who, goals=goals))


def _names(ends: Sequence[Where]) -> str:
    return words.listed(words.clean(end.name_in_text) for end in ends)
