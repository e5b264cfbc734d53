"""Who is logged in by a cookie, and for how long that holds: a login that ended opens nothing any more.

The cookie is signed and holds by itself until it is too old; logging out only asks the browser to forget it. So the
process remembers which logins ended, refuses their cookies, and closes the live connections that were opened by them.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from starlette.types import Send

LASTS_DAYS = 7
"""Then one logs in again, however often one was here in between."""
ASKED_AGAIN_S = 60.0
"""How often a live connection is asked whether its login still holds."""


@dataclass(frozen=True, slots=True)
class Login:
    """What the cookies of one browser prove."""

    name: str
    """An address that the provider vouches for, else "sub:" and what the provider calls this person."""
    mark: str
    """Tells this login from every other one, also of the same person."""


LoggedIn = Callable[[Mapping[str, str]], Login | None]
"""Cookies to what they prove; None where a cookie is missing, forged or too old."""


class Logins:
    """One for each process; used on its event loop alone."""

    def __init__(self, logged_in: LoggedIn, clock: Callable[[], float] = time.monotonic) -> None:
        self._logged_in, self._clock = logged_in, clock
        self._ended: dict[str, float] = {}
        self._open: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def of(self, cookies: Mapping[str, str]) -> Login | None:
        """None also for a login that was ended."""
        login = self._logged_in(cookies)
        return None if login is None or login.mark in self._ended else login

    def end(self, login: Login) -> None:
        """From here on this login is none, wherever its cookie was copied to."""
        now = self._clock()
        old = now - LASTS_DAYS * 86_400
        self._ended = {mark: then for mark, then in self._ended.items() if then > old}
        self._ended[login.mark] = now
        for ended in self._open.get(login.mark, ()):
            ended.set()

    async def watch(self, cookies: Mapping[str, str], send: Send) -> None:
        """Closes a live connection as soon as its login ended or is too old; cancelled when it closes itself."""
        login, ended = self.of(cookies), asyncio.Event()
        if login is None:
            return
        self._open[login.mark].add(ended)
        try:
            while self.of(cookies) is not None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), ASKED_AGAIN_S)
            with suppress(RuntimeError):  # it was closed from the other side meanwhile
                await send({"type": "websocket.close", "code": 1008})
        finally:
            self._open[login.mark].discard(ended)
            if not self._open[login.mark]:
                del self._open[login.mark]
