"""Who may in, and as what: an ASGI layer before the page, its live connection, its uploads and every /api route.

Three modes (DATELINE_ACCESS). `open`: whoever reaches the port may read and edit; meant for one's own machine.
`proxy`: a reverse proxy logs people in and names them in a header, and shows by a shared secret that it is the proxy.
`oidc`: people log in through Streamlit's OpenID Connect, and its signed cookie names them.
Readers see everything; editors may put right, add articles and add places too. The layer tells the page the role in a
header of its own making; headers of that name, and the secret, never come through from outside.
"""

import hmac
import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http.cookies import CookieError, SimpleCookie

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.records import GeoError
from geo.show.pace import Pace

SECRET_LEAST = 16
"""Characters of the secret that proxy and Dateline share."""
USER_HEADER, SECRET_HEADER, ROLE_HEADER = "x-dateline-user", "x-dateline-secret", "x-dateline-role"
OWN = frozenset(name.encode() for name in (USER_HEADER, SECRET_HEADER, ROLE_HEADER))
HEALTH = ("/_stcore/health", "/api/health")
"""Answer to everyone; they say no more than that the process runs."""
LOGIN = ("/auth/login", "/auth/logout", "/oauth2callback")
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
    """Names this machine is called by, for browsers on the machine itself."""

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
    """From DATELINE_ACCESS, DATELINE_PROXY_SECRET, DATELINE_READERS, DATELINE_EDITORS and DATELINE_HOSTS.

    BadAccess for an unknown mode, or a proxy without a secret worth its name; the secret is in no message.
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
    return Access(mode, secret, readers, editors, hosts)


class Gate:
    """The layer itself. `logged_in` gives the name that the login cookies prove, `login` the address to log in at."""

    def __init__(
        self, app: ASGIApp, *, access: Access, policy: str = "",
        logged_in: Callable[[Mapping[str, str]], str | None] = lambda cookies: None,
        login: Callable[[], str] = lambda: "",
    ) -> None:  # fmt: skip
        self._app, self._access, self._policy = app, access, policy
        self._logged_in, self._login = logged_in, login
        self._pace = Pace()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope["path"].removeprefix(scope.get("root_path", "").rstrip("/"))
        answer = self._with_headers(send) if scope["type"] == "http" else send
        user = self._user(headers)
        role = self._access.role(user)
        refusal = self._refusal(scope, path, headers, user, role)
        if refusal is not None:
            await refusal(scope, receive, answer)
            return
        kept = [(name, value) for name, value in scope["headers"] if name.lower() not in OWN]
        kept.append((ROLE_HEADER.encode(), role.value.encode()))
        if user:
            kept.append((USER_HEADER.encode(), user.encode("latin-1", "replace")))
        await self._app({**scope, "headers": kept}, receive, answer)

    def _user(self, headers: Mapping[str, str]) -> str | None:
        if self._access.mode == "proxy":
            given = headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
            proven = hmac.compare_digest(given, self._access.secret.encode())
            return headers.get(USER_HEADER, "").strip() or None if proven else None
        return self._logged_in(_cookies(headers.get("cookie", ""))) if self._access.mode == "oidc" else None

    def _refusal(
        self, scope: Scope, path: str, headers: Mapping[str, str], user: str | None, role: Role
    ) -> ASGIApp | None:
        """The answer to who may not; None lets through."""
        if not self._at_home(scope, headers):
            return _say(421, "This address names another machine. Set DATELINE_HOSTS to the names this one goes by.")
        if path in HEALTH or (self._access.mode == "oidc" and path in LOGIN):
            return None
        if role is Role.NOBODY:
            page = scope["type"] == "http" and scope["method"] == "GET" and "text/html" in headers.get("accept", "")
            if self._access.mode == "oidc" and user is None and page and (address := self._login()):
                return _go(address)
            known = "You are logged in, but not among the readers of this Dateline."
            return _say(403, known) if user else _say(401, "Log in first.")
        if role is not Role.EDITOR and path.startswith(UPLOADS):
            return _say(403, "Only editors may upload.")
        who = user or str((scope.get("client") or ("",))[0])
        if path in DEAR and not self._on_this_machine(scope) and (wait := self._pace.wait_s(who)):
            return _say(429, "Too many requests; wait a little.", {"retry-after": str(wait)})
        return None

    def _on_this_machine(self, scope: Scope) -> bool:
        return self._access.mode == "open" and _is_loopback(str((scope.get("client") or ("",))[0]))

    def _at_home(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        """In open mode a browser on this machine must have meant this machine: a foreign name that was bent to
        127.0.0.1 would let a foreign page read everything.
        """
        if not self._on_this_machine(scope):
            return True
        host = headers.get("host", "").casefold().rsplit("@")[-1]
        name = host[1:].split("]")[0] if host.startswith("[") else host.split(":")[0]
        return name in ("", "localhost", "testserver") or _is_address(name) or name in self._access.hosts

    def _with_headers(self, send: Send) -> Send:
        """Security headers on every answer that does not bring its own."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                there = {name.lower() for name, _ in headers}
                kind = next((v for n, v in headers if n.lower() == b"content-type"), b"")
                wanted = {b"x-content-type-options": b"nosniff", b"referrer-policy": b"no-referrer",
                          b"x-frame-options": b"SAMEORIGIN", b"cross-origin-opener-policy": b"same-origin",
                          b"permissions-policy": b"camera=(), microphone=(), payment=(), usb=()"}  # fmt: skip
                if kind.startswith(b"text/html") and self._policy:
                    wanted[b"content-security-policy"] = self._policy.encode("latin-1")
                message["headers"] = [*headers, *((n, v) for n, v in wanted.items() if n not in there)]
            await send(message)

        return sending


def page_policy(tiles: str | None) -> str:
    """What the page may load: itself, and the tiles its owner asked for. Streamlit and its components need inline
    script and style and evaluate code; everything from elsewhere is refused.
    """
    pictures = f" {origin}" if (origin := _origin(tiles or "")) else ""
    return "; ".join((
        "default-src 'self'", "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'", f"img-src 'self' data: blob:{pictures}", "font-src 'self' data:",
        "connect-src 'self'", "worker-src 'self' blob:", "media-src 'self' blob: data:",
        "frame-src 'self' blob: data:", "object-src 'none'", "base-uri 'self'",
        "form-action 'self'", "frame-ancestors 'self'",
    ))


def _origin(tiles: str) -> str:
    """Scheme and host of a tile address, "{s}" as any name; "" for what is no such address."""
    scheme, mark, rest = tiles.partition("://")
    host = rest.split("/")[0].replace("{s}", "*")
    fine = scheme in ("http", "https") and mark and host and all(c.isalnum() or c in ".-:*[]" for c in host)
    return f"{scheme}://{host}" if fine else ""


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return _is_address(name) and ipaddress.ip_address(name).is_loopback


def _say(status: int, sentence: str, more: Mapping[str, str] | None = None) -> ASGIApp:
    body = json.dumps({"error": sentence}).encode()
    return _answer(status, body, {"content-type": "application/json", "cache-control": "no-store", **(more or {})})


def _go(address: str) -> ASGIApp:
    return _answer(303, b"", {"location": address, "cache-control": "no-store"})


def _answer(status: int, body: bytes, headers: Mapping[str, str]) -> ASGIApp:
    """The same answer to a request and, as far as it can be given, to who wants a live connection."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    return answer
