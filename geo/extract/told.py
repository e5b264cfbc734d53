"""What an article has told so far, kept so that each later mention asks it in constant time."""

from dataclasses import dataclass, field

from geo.extract.drafts import is_violence
from geo.filters import VISIBLE
from geo.records import Event, Status, Where

REMEMBERED = 24
"""So many of the last violent events are kept for mentions that point back."""


@dataclass(slots=True)
class Told:
    """The events told before the present sentence, and in which sentence each was told."""

    last: tuple[Event, int] | None = None
    """The last one that is shown."""
    violent: list[tuple[Event, int]] = field(default_factory=list)
    """The last shown ones that a "the attack" may point back to, in order."""
    _dated: dict[tuple[str, str], Event] = field(default_factory=dict)

    def add(self, event: Event, sentence: int) -> None:
        """Keeps an event that was told in this sentence; sentences come in order."""
        if event.where is not None and event.when.start:
            self._dated[event.event_type, event.where.place.gazetteer_id] = event
        if event.status not in VISIBLE:
            return
        self.last = event, sentence
        if is_violence(event.event_type):
            self.violent.append((event, sentence))
            del self.violent[:-REMEMBERED]

    def kin(self, event_type: str, where: Where | None) -> Event | None:
        """The last dated event told of the same type and place, whatever its status."""
        return self._dated.get((event_type, where.place.gazetteer_id)) if where is not None else None

    def before(self, sentence: int, reach: int) -> Event | None:
        """The last shown event, where it was told no more than `reach` sentences before."""
        near = self.last is not None and sentence - self.last[1] <= reach
        return self.last[0] if near and self.last is not None else None


def is_news(status: Status) -> bool:
    """Said to have happened; what goes on has days of its own."""
    return status in (Status.REPORTED, Status.CLAIMED)
