"""Article -> Toponyms: recognise names, look them up, decide which place is meant."""

from typing import TYPE_CHECKING

from geo.locate.additions import Additions
from geo.locate.fetch import ADDRESS, country_code, fetch
from geo.locate.gazetteer import DEFAULT_BUNDLE, Candidate, Gazetteer, MatchKind, default_cache_dir, own_places
from geo.locate.geonames import Imported, Wanted, import_file
from geo.locate.homes import Countries
from geo.locate.kept_answers import KeptAnswers
from geo.locate.names import fold
from geo.locate.online import Online, Service, Tally, service_of, summary
from geo.locate.places_file import Checked, add_file, check_places
from geo.locate.recognise import find_mentions
from geo.locate.relations import LINES, NEAR_KM, VAGUE, Relation, precision_of, radius_of, relation_of, unit_said
from geo.locate.resolve import resolve
from geo.locate.tagger import Tagger
from geo.records import Toponym

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = [
    "ADDRESS",
    "DEFAULT_BUNDLE",
    "LINES",
    "NEAR_KM",
    "VAGUE",
    "Additions",
    "Candidate",
    "Checked",
    "Countries",
    "Gazetteer",
    "Imported",
    "KeptAnswers",
    "MatchKind",
    "Online",
    "Relation",
    "Service",
    "Tagger",
    "Tally",
    "Wanted",
    "add_file",
    "check_places",
    "country_code",
    "default_cache_dir",
    "fetch",
    "find_mentions",
    "fold",
    "import_file",
    "locate",
    "own_places",
    "precision_of",
    "radius_of",
    "relation_of",
    "resolve",
    "service_of",
    "summary",
    "unit_said",
]


def locate(
    text: str, doc: "Doc", tagger: Tagger, gazetteer: Gazetteer, *, title_end: int = 0, source: str = "",
    online: Online | None = None,
) -> tuple[Toponym, ...]:
    """The places and demonyms of one article in text order; `doc` is the parse of the same text.

    `online` is asked for what the gazetteer has not; None asks nobody.
    """
    mentions = find_mentions(text, doc, tagger, gazetteer, title_end=title_end)
    toponyms = resolve(mentions, text, gazetteer, source=source)
    return online.place_missing(toponyms) if online else toponyms
