"""What people put right, and why something is worth a look, in plain words."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from geo.keep.columns import VAGUE
from geo.records import Act, Correction, DateBasis, DatePrecision, Event, Route, RouteStatus, Status
from geo.show import rule_words, source_words, words
from geo.show.details import ends_line, type_and_glyph
from geo.show.language import say, term

T = TypeVar("T", Event, Route)

_ACTS = {
    Act.ACCEPT: term("accepted"), Act.REJECT: term("rejected"), Act.RETYPE: term("type changed"),
    Act.REDATE: term("date changed"), Act.RESTATUS: term("status changed"), Act.MOVE: term("place changed"),
    Act.ENDS: term("ends changed"), Act.REVERSE: term("turned round"), Act.SAME: term("joined as one event"),
    Act.NOT_SAME: term("parted: not one event"), Act.UNDO: term("undone"),
}
PRECISIONS = {
    DatePrecision.DAY: term("to the day"), DatePrecision.RANGE: term("some days"),
    DatePrecision.WEEK: term("to the week"), DatePrecision.MONTH: term("to the month"),
    DatePrecision.YEAR: term("to the year"), DatePrecision.ONGOING: term("still going on"),
}
"""How exactly a person may say that a date is known."""


class Difference(NamedTuple):
    """One row of "What differs": each report's words, and what the joined event says."""

    what: str
    reports: tuple[str, ...]
    joined: str


def who_words(entry: Correction) -> str:
    """Who did it, as they gave it."""
    return words.clean(entry.who) or say("someone")


def moment(entry: Correction) -> str:
    """2 Mar 2026, 09:30 UTC; the text itself where it is no time."""
    try:
        made = datetime.fromisoformat(entry.made_at)
    except ValueError:
        return words.clean(entry.made_at)
    return say("{date}, {time} UTC", date=words.day_words(made.date()), time=made.strftime("%H:%M"))


def act_words(entry: Correction) -> str:
    """What was done, with the value that was given."""
    done = say(_ACTS[entry.act])
    value = ""
    if entry.act is Act.RETYPE:
        value = type_and_glyph(entry.event_type)[0]
    elif entry.act is Act.REDATE and entry.when is not None:
        value = words.when_short(entry.when)
    elif entry.act is Act.RESTATUS:
        value = _status(entry.status)
    elif entry.act is Act.ENDS and entry.ends is not None:
        given = entry.ends
        value = ends_line(given.origins, given.waypoints, given.destinations)
        if not given.certain_direction:
            value += f" ({say('direction not certain')})"
    elif entry.act is Act.MOVE:
        value = words.place_line(entry.where.place) if entry.where else say("no place stated")
    return f"{done}: {value}" if value else done


def _status(value: str) -> str:
    """The words of a status of either kind; the value itself where neither knows it."""
    for kind in (Status, RouteStatus):
        if value in {status.value for status in kind}:
            return words.status_words(kind(value))
    return words.clean(value)


def trail_line(entry: Correction) -> str:
    """One line of the log."""
    line = f"{moment(entry)} · {who_words(entry)} · {act_words(entry)}"
    if entry.undone_by:
        line += f" ({say('undone later')})"
    return f"{line} · {words.quoted(entry.why)}" if entry.why else line


def doubt(found: Event | Route) -> str:
    """What is least sure about it, in a few words."""
    if isinstance(found, Event):
        if found.conflicts:
            return say("the reports disagree")
        if found.where is None:
            return say("no place stated")
        if found.when.start is None:
            return say("no date given")
        if found.when.basis is DateBasis.REPORTING:
            return say("the date is when it was told")
        if found.where.precision in VAGUE:
            return words.place_note(found.where)
    elif not found.certain_direction:
        return say("direction not certain")
    weakest = min(found.factors, key=lambda row: row[1], default=("", 1.0))
    return say("least sure: {what}", what=source_words.factor_name(weakest[0])) if weakest[0] else ""


def why_type(event: Event) -> str:
    """The word that the type rests on, from the rule of the first evidence."""
    return rule_words.of_evidence(event.evidence[0])


_OF_EVENTS: tuple[tuple[str, Callable[[Event], str]], ...] = (
    (term("Type"), lambda e: type_and_glyph(e.event_type)[0]),
    (term("Status"), lambda e: words.status_words(e.status)),
    (term("Load"), lambda e: words.quantity_words(e.quantities).text),
    (term("Date"), lambda e: words.when_short(e.when)),
    (term("Place"), lambda e: words.where_words(e.where).text),
    (term("Who"), lambda e: words.listed(words.clean(a.name) for a in e.actors if a.role == "actor")),
    (term("Killed"), lambda e: words.toll_words(e.killed).text if e.killed else ""),
    (term("Injured"), lambda e: words.toll_words(e.injured).text if e.injured else ""),
)
_OF_ROUTES: tuple[tuple[str, Callable[[Route], str]], ...] = (
    (term("Who"), lambda r: words.listed(map(words.clean, r.movers))),
    (term("How"), lambda r: words.mode_words(r.mode)),
    (term("Status"), lambda r: words.status_words(r.status)),
    (term("From"), lambda r: words.ends_words(r.origins)),
    (term("Via"), lambda r: words.ends_words(r.waypoints)),
    (term("To"), lambda r: words.ends_words(r.destinations)),
    (term("Date"), lambda r: words.when_short(r.when)),
)


def differences(found: Event | Route, reports: Sequence[Event | Route]) -> tuple[Difference, ...]:
    """What the reports of one event or route tell differently, each beside what that says; () where they agree."""
    if isinstance(found, Route):
        return _differing(found, [r for r in reports if isinstance(r, Route)], _OF_ROUTES)
    return _differing(found, [r for r in reports if isinstance(r, Event)], _OF_EVENTS)


def _differing(
    found: T, reports: Sequence[T], tells: Iterable[tuple[str, Callable[[T], str]]]
) -> tuple[Difference, ...]:
    rows = []
    for name, told in tells:
        each = [told(report) for report in reports]
        if len(set(each)) > 1:
            joined = told(found)
            rows.append(Difference(say(name), tuple(t or say("not said") for t in each), joined or say("not said")))
    return tuple(rows)
