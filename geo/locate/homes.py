"""Events of coded tables at home in our gazetteer: their country's code, and its id among what contains the place."""

from dataclasses import replace
from functools import lru_cache

from geo.locate.gazetteer import Gazetteer
from geo.records import Event, Findings, Place


class Countries:
    """Countries by the names that tables give them, each looked up once."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._named = lru_cache(maxsize=1000)(lambda name: _country(gazetteer, name))

    def at_home(self, found: Findings) -> Findings:
        """The same findings; places whose last unit, or the last part of whose name, is a country have its id."""
        return replace(found, events=tuple(self._event(event) for event in found.events))

    def _event(self, event: Event) -> Event:
        if event.where is None:
            return event
        place = event.where.place
        stated = place.within[-1][1] if place.within else place.name.rpartition(",")[2].strip()
        country = self._named(stated)
        if country is None:
            return event
        units = place.within[:-1] if place.within else ()
        home = (country.gazetteer_id, country.name)
        made = replace(place, country_code=country.country_code, within=(*units, home))
        return replace(event, where=replace(event.where, place=made))


def _country(gazetteer: Gazetteer, name: str) -> Place | None:
    """The country that this is a name of; of several the one with most people."""
    found = [c.place for c in gazetteer.candidates(name) if c.place.feature_code.startswith("PCL")]
    return max(found, key=lambda p: (p.population or 0, p.gazetteer_id), default=None)
