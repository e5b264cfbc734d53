"""How often one person may ask for what costs much: a bucket that fills at a steady pace."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

AT_ONCE = 120
"""Requests that may come in one burst."""
PER_S = 1.0
"""Requests that come back each second."""
REMEMBERED = 10_000
"""People; who asked longest ago is forgotten first, and has a full bucket again."""


class Pace:
    """May be asked from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, who: str) -> int:
        """0 when the request may be answered, and is counted; else the whole seconds to wait."""
        now = self._clock()
        with self._lock:
            left, then = self._left.pop(who, (float(AT_ONCE), now))
            left = min(float(AT_ONCE), left + (now - then) * PER_S)
            may = left >= 1
            self._left[who] = (left - 1 if may else left, now)
            while len(self._left) > REMEMBERED:
                self._left.popitem(last=False)
        return 0 if may else max(1, math.ceil((1 - left) / PER_S))
