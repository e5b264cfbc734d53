"""How answers are sent: the security headers of each, what the page may load, which files travel compressed."""

from collections.abc import Sequence

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WANTED = (
    (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"SAMEORIGIN"), (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), payment=(), usb=()"),
)  # fmt: skip
"""For every answer that does not bring its own."""
FILES = "/static/"
"""Where Streamlit's own scripts and styles lie."""
SQUEEZED_LEAST = 2_000
"""Bytes; a smaller file gains nothing."""
_OWN_FRAMES = "frame-ancestors 'self'"
_ALONE = b"x-frame-options"


def with_headers(send: Send, policy: str, *, secure: bool) -> Send:
    """Adds the headers, to pages the policy too; with `secure`, cookies travel over https alone."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(n, _secure(v) if secure and n.lower() == b"set-cookie" else v)
                       for n, v in message.get("headers", ())]  # fmt: skip
            there = {name.lower() for name, _ in headers}
            kind = next((v for n, v in headers if n.lower() == b"content-type"), b"")
            elsewhere = f"{_OWN_FRAMES} " in policy
            wanted = [(n, v) for n, v in WANTED if not (elsewhere and n == _ALONE)]  # it cannot name other sites
            if kind.startswith(b"text/html") and policy:
                wanted.append((b"content-security-policy", policy.encode("latin-1")))
            message["headers"] = [*headers, *((n, v) for n, v in wanted if n not in there)]
        await send(message)

    return sending


def framed(policy: str, sites: Sequence[str]) -> str:
    """The policy for what these sites may show in a frame of theirs."""
    return policy.replace(_OWN_FRAMES, " ".join((_OWN_FRAMES, *sites)))


def _secure(cookie: bytes) -> bytes:
    return cookie if b"; secure" in cookie.lower() else cookie + b"; Secure"


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
        "form-action 'self'", _OWN_FRAMES,
    ))


def _origin(tiles: str) -> str:
    """Scheme and host of a tile address, "{s}" as any name; "" for what is no such address."""
    scheme, mark, rest = tiles.partition("://")
    host = rest.split("/")[0].replace("{s}", "*")
    fine = scheme in ("http", "https") and mark and host and all(c.isalnum() or c in ".-:*[]" for c in host)
    return f"{scheme}://{host}" if fine else ""


class Squeezed:
    """Sends Streamlit's own scripts and styles compressed: over a slow line the first sight waits for them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._zipped = app, GZipMiddleware(app, minimum_size=SQUEEZED_LEAST, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        files = scope["type"] == "http" and str(scope["path"]).startswith(FILES)
        part = files and any(name == b"range" for name, _ in scope["headers"])  # a part of the file as it lies
        await (self._zipped if files and not part else self._app)(scope, receive, send)
