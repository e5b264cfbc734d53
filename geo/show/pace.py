"""How often one person may ask for what costs much: a bucket that fills at a steady pace."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

AT_ONCE = 600
"""Requests of one person that may come in one burst. Playing the timeline asks thrice a second, at most."""
PER_S = 4.0
"""Requests of one person that come back each second."""
CROWD = 50
"""People who may sit behind one address where nobody has a name."""
REMEMBERED = 10_000
"""People; who asked longest ago is forgotten first, and has a full bucket again."""


class Pace:
    """May be asked from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, who: str, people: int = 1) -> int:
        """0 when the request may be answered, and is counted; else the whole seconds to wait.

        `people` is how many may ask under this name, always the same number for the same name.
        """
        now, most, per_s = self._clock(), float(AT_ONCE * people), PER_S * people
        with self._lock:
            left, then = self._left.pop(who, (most, now))
            left = min(most, left + (now - then) * per_s)
            may = left >= 1
            self._left[who] = (left - 1 if may else left, now)
            while len(self._left) > REMEMBERED:
                self._left.popitem(last=False)
        return 0 if may else max(1, math.ceil((1 - left) / per_s))
