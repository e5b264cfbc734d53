"""Who may in, and as what: an ASGI layer before the page, its live connection, its uploads and every /api route.

Three modes (DATELINE_ACCESS). `open`: whoever reaches the port may read and edit; meant for one's own machine.
`proxy`: a reverse proxy logs people in and names them in a header, and shows by a shared secret that it is the proxy.
`oidc`: people log in through Streamlit's OpenID Connect, and its signed cookie names them.
Readers see everything; editors may put right, add articles and add places too. The layer tells the page the role in a
header of its own making; headers of that name, and the secret, never come through from outside.
"""

import asyncio
import hmac
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from geo.records import GeoError
from geo.show import doorstep
from geo.show.headers import framed, with_headers
from geo.show.logins import LoggedIn, Login, Logins
from geo.show.pace import CROWD, Pace

SECRET_LEAST = 16
"""Characters of the secret that proxy and Dateline share."""
USER_HEADER, SECRET_HEADER, ROLE_HEADER = "x-dateline-user", "x-dateline-secret", "x-dateline-role"
OWN = frozenset(name.encode() for name in (USER_HEADER, SECRET_HEADER, ROLE_HEADER))
HEALTH = ("/_stcore/health", "/api/health")
"""Answer to everyone; they say no more than that the process runs."""
_SITE = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
LOGIN = ("/auth/login", doorstep.LOG_OUT, "/oauth2callback")
UPLOADS = "/_stcore/upload_file"
DEAR = ("/api/events.geojson", "/api/routes.geojson", "/api/places.geojson", "/api/places")
"""Routes whose answers cost much; how often one person may ask is limited."""


class BadAccess(GeoError, ValueError):
    """Settings of access that do not fit together; nothing is served."""


class Role(StrEnum):
    """What one may do."""

    NOBODY = "nobody"
    READER = "reader"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Access:
    """Names are compared without regard to case. No readers named: everyone who is logged in reads."""

    mode: str = "open"
    secret: str = field(default="", repr=False)
    readers: frozenset[str] = frozenset()
    editors: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    """Names this machine is called by in open mode, beside localhost and its plain addresses."""
    frames: tuple[str, ...] = ()
    """Sites (scheme and host) that may show the embedded map in a frame of theirs."""

    def role(self, user: str | None) -> Role:
        """Of someone whose name is proven; None is someone who is not logged in."""
        if self.mode == "open":
            return Role.EDITOR
        if not user:
            return Role.NOBODY
        if user.casefold() in self.editors:
            return Role.EDITOR
        return Role.READER if not self.readers or user.casefold() in self.readers else Role.NOBODY


def read_access(environ: Mapping[str, str]) -> Access:
    """From DATELINE_ACCESS, _PROXY_SECRET, _READERS, _EDITORS, _HOSTS and _EMBED.

    BadAccess for an unknown mode, a proxy without a secret worth its name, or a site that is none; the secret is in
    no message.
    """
    mode = environ.get("DATELINE_ACCESS", "") or "open"
    if mode not in ("open", "proxy", "oidc"):
        raise BadAccess(f"DATELINE_ACCESS is {mode!r}; write open, proxy or oidc.")
    secret = environ.get("DATELINE_PROXY_SECRET", "")
    if mode == "proxy" and len(secret) < SECRET_LEAST:
        raise BadAccess(f"DATELINE_ACCESS is proxy, but DATELINE_PROXY_SECRET has fewer than {SECRET_LEAST} "
                        "characters; set a long random one, and the same in the proxy.")  # fmt: skip
    readers, editors, hosts = (
        frozenset(name.strip().casefold() for name in environ.get(key, "").split(",") if name.strip())
        for key in ("DATELINE_READERS", "DATELINE_EDITORS", "DATELINE_HOSTS")
    )
    frames = tuple(site for name in environ.get("DATELINE_EMBED", "").split(",") if (site := name.strip()))
    for site in frames:
        if not _SITE.fullmatch(site):
            raise BadAccess(f"DATELINE_EMBED names {site!r}; write https://news.example, commas between several.")
    return Access(mode, secret, readers, editors, hosts, frames)


class Gate:
    """The layer itself. `logged_in` gives what the login cookies prove, `login` the address to log in at, `origin`
    scheme and host that logins lead back to.
    """

    def __init__(
        self, app: ASGIApp, *, access: Access, policy: str = "", logged_in: LoggedIn = lambda cookies: None,
        login: Callable[[], str] = lambda: "", origin: str = "",
    ) -> None:  # fmt: skip
        self._app, self._access, self._policy = app, access, policy
        self._logins, self._login, self._origin = Logins(logged_in), login, origin
        self._pace = Pace()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        secure = self._origin.startswith("https:")
        policy = framed(self._policy, self._access.frames) if self._may_be_framed(scope) else self._policy
        answer = with_headers(send, policy, secure=secure) if scope["type"] == "http" else send
        cookies = cookie_parser(headers.get("cookie", ""))
        login = self._who(headers, cookies)
        role = self._access.role(login.name if login else None)
        refusal = self._refusal(scope, headers, cookies, login, role)
        if refusal is not None:
            await refusal(scope, receive, answer)
            return
        kept = [(name, value) for name, value in scope["headers"] if name.lower() not in OWN]
        kept.append((ROLE_HEADER.encode(), role.value.encode()))
        if login:
            kept.append((USER_HEADER.encode(), login.name.encode("latin-1", "replace")))
            if self._access.mode == "oidc" and _path(scope) == doorstep.LOG_OUT:
                self._logins.end(login)
        inner = {**scope, "headers": kept}
        if scope["type"] == "websocket" and self._access.mode == "oidc":
            await self._live(inner, receive, answer, cookies)
        else:
            await self._app(inner, receive, answer)

    def _may_be_framed(self, scope: Scope) -> bool:
        """The embedded map, which has nothing to press that changes anything, and the frame of the map inside it."""
        if not self._access.frames:
            return False
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        alone = bool({"1", "true"} & set(asked.get("embed", ())))
        return _path(scope).startswith("/component/") or (_path(scope) in ("", "/") and alone)

    async def _live(self, scope: Scope, receive: Receive, send: Send, cookies: Mapping[str, str]) -> None:
        """A connection lasts no longer than the login it was opened with."""
        watch = asyncio.create_task(self._logins.watch(cookies, send))
        try:
            await self._app(scope, receive, send)
        finally:
            watch.cancel()

    def _who(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Login | None:
        if self._access.mode == "proxy":
            given = headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
            proven = hmac.compare_digest(given, self._access.secret.encode())
            name = headers.get(USER_HEADER, "").strip()
            return Login(name, "") if proven and name else None
        return self._logins.of(cookies) if self._access.mode == "oidc" else None

    def _refusal(
        self, scope: Scope, headers: Mapping[str, str], cookies: Mapping[str, str], login: Login | None, role: Role
    ) -> ASGIApp | None:
        """The answer to who may not, or should go elsewhere first; None lets through."""
        path, oidc = _path(scope), self._access.mode == "oidc"
        if self._access.mode == "open" and not self._at_home(headers):
            return doorstep.sentence(421, "This address names another machine. Set DATELINE_HOSTS to the names this "
                                          "one goes by.")  # fmt: skip
        if not self._same_origin(headers):
            return doorstep.sentence(403, "Another site's page asked for this.")
        if path in HEALTH or (oidc and path in LOGIN):
            return None
        if oidc and path == doorstep.LOG_IN:
            return doorstep.to_login(scope, self._login())
        if login is None and role is Role.NOBODY:
            return doorstep.first_log_in(scope, headers, self._origin if oidc else "")
        if login is not None and role is Role.NOBODY:
            return doorstep.unlisted(scope, headers, login.name, can_leave=oidc)
        if role is not Role.EDITOR and UPLOADS in path:
            return doorstep.sentence(403, "Only editors may upload.")
        if oidc and path == "/" and doorstep.is_page(scope, headers) and (way := doorstep.back(cookies)):
            return way
        return self._too_often(scope, path, login)

    def _too_often(self, scope: Scope, path: str, login: Login | None) -> ASGIApp | None:
        """People with a name are counted each by themselves; without names an address may be a whole office."""
        address = str((scope.get("client") or ("",))[0])
        if path not in DEAR or (self._access.mode == "open" and _is_loopback(address)):
            return None
        wait = self._pace.wait_s(f"name {login.name}") if login else self._pace.wait_s(f"at {address}", CROWD)
        slower = {"retry-after": str(wait)}
        return doorstep.sentence(429, "Too many requests; wait a little.", slower) if wait else None

    def _at_home(self, headers: Mapping[str, str]) -> bool:
        """Where nobody logs in, a browser must have meant this machine: a foreign name that was bent to its address
        would let a foreign page read everything. Who asks, and from where, proves nothing: headers can say anything.
        """
        name = _host(f"//{headers.get('host', '')}")
        return name in ("", "localhost") or _is_address(name) or name in self._access.hosts

    def _same_origin(self, headers: Mapping[str, str]) -> bool:
        """Browsers name the page that asks in Origin. Answers are for our own pages, and Streamlit would look up its
        outside address at a server elsewhere to judge a foreign one.
        """
        origin = headers.get("origin")
        return origin is None or _host(origin) in (_host(f"//{headers.get('host', '')}"), *self._access.hosts)


def _path(scope: Scope) -> str:
    return str(scope["path"]).removeprefix(scope.get("root_path", "").rstrip("/"))


def _host(address: str) -> str:
    """The name in scheme://user@name:port, small; a name no server has for what is no such address."""
    try:
        return (urlsplit(address).hostname or "").casefold()
    except ValueError:
        return "?"


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return _is_address(name) and ipaddress.ip_address(name).is_loopback
