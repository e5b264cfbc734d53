"""What someone gets who is not let in: one sentence, to a browser as a small page; the way to log in and back."""

import html
import json
from collections.abc import Mapping
from contextvars import copy_context
from urllib.parse import quote, unquote, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

from geo.show import language
from geo.show.headers import with_headers
from geo.show.language import say, term

LOG_IN, LOG_OUT = "/log-in", "/auth/logout"
WANTED = "dateline-wanted"
"""The cookie that keeps the address someone asked for while they log in."""
WANTED_MOST = 2000
FIRST = term("Log in to see this Dateline.")
UNLISTED = term("You are logged in as {name}, but this Dateline is not open to you. Ask whoever runs it.")
STYLE = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto}"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


def is_page(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether a browser asks for something that it would show."""
    return scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", "")


def first_log_in(scope: Scope, headers: Mapping[str, str], origin: str) -> ASGIApp:
    """To someone who is not logged in; `origin` is where logins lead back to, "" where there is no login of ours."""
    if not is_page(scope, headers):
        return sentence(401, "Log in first.")
    address = f"{origin}{LOG_IN}?{urlencode({'to': asked(scope)})}" if origin else ""
    return _page(401, headers, FIRST, {}, (term("Log in"), address))


def unlisted(scope: Scope, headers: Mapping[str, str], name: str, *, can_leave: bool) -> ASGIApp:
    """To someone who is logged in and not let in."""
    if not is_page(scope, headers):
        return sentence(403, "You are logged in, but not among the readers of this Dateline.")
    leave = LOG_OUT if can_leave else ""
    return _page(403, headers, UNLISTED, {"name": name}, (term("Log in as someone else"), leave))


def _page(status: int, headers: Mapping[str, str], words: str, values: Mapping[str, str],
          link: tuple[str, str]) -> ASGIApp:  # fmt: skip
    body = copy_context().run(_markup, headers.get("accept-language", ""), words, values, link)
    return _answer(status, body.encode(), {
        "content-type": "text/html; charset=utf-8", "cache-control": "no-store", "content-security-policy": POLICY,
    })  # fmt: skip


def _markup(accepted: str, words: str, values: Mapping[str, str], link: tuple[str, str]) -> str:
    """In the first of the browser's languages that we speak."""
    wanted = (part.split(";")[0].strip().split("-")[0].lower() for part in accepted[:200].split(","))
    language.speak(next((code for code in wanted if code in language.languages()), language.ENGLISH))
    label, address = link
    way_on = f'<p><a href="{html.escape(address)}">{html.escape(say(label))}</a></p>' if address else ""
    return (f'<!doctype html><html lang="{language.spoken()}" dir="{language.direction()}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
            f"<title>Dateline</title><style>{STYLE}</style><h1>Dateline</h1>"
            f"<p>{html.escape(say(words, **values))}</p>{way_on}</html>")  # fmt: skip


# --- the way to the login and back to what was asked for


def asked(scope: Scope) -> str:
    """Path and query of a request, as they stand in an address."""
    query = scope.get("query_string", b"").decode("latin-1")
    return quote(scope["path"], safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else "")


def to_login(scope: Scope, address: str) -> ASGIApp:
    """Off to the provider; what the page asked for is kept for the way back. "" where login is not set up."""
    if not address:
        return sentence(503, "Login is not set up; who runs this Dateline finds the reason in its log.")
    given = scope.get("query_string", b"").decode("latin-1").removeprefix("to=")
    return go(address, set_cookie=_keep(own(unquote(given.replace("+", " "))), 600))


def back(cookies: Mapping[str, str]) -> ASGIApp | None:
    """Someone who has just logged in goes where they wanted; None where they wanted nothing else."""
    wanted = own(unquote(cookies.get(WANTED, "")))
    return go(wanted, set_cookie=_keep("", 0)) if wanted not in ("", "/") else None


def own(address: str) -> str:
    """The address when it is one of our own pages, else "": no way leads from here to another server."""
    path = address.partition("?")[0]
    fine = (address[:1] == "/" and address[1:2] not in ("/", "\\") and len(address) <= WANTED_MOST
            and address.isascii() and address.isprintable() and " " not in address)  # fmt: skip
    ours = ("/auth/", "/oauth2callback", LOG_IN, "/api/", "/_stcore/")
    return address if fine and not path.startswith(ours) else ""


def _keep(wanted: str, seconds: int) -> str:
    return f"{WANTED}={quote(wanted, safe='')}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"


# --- plain answers


async def broken(request: object, error: Exception) -> ASGIApp:
    """For a request that failed in a way nobody foresaw; the server's log has the cause."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        told = sentence(500, "Something went wrong here; the cause stands in the server's log.")
        await told(scope, receive, with_headers(send, "", secure=False))

    return answer


def sentence(status: int, words: str, more: Mapping[str, str] | None = None) -> ASGIApp:
    """One line of JSON, for programs."""
    body = json.dumps({"error": words}).encode()
    return _answer(status, body, {
        "content-type": "application/json", "cache-control": "no-store", "content-security-policy": POLICY,
        **(more or {}),
    })  # fmt: skip


def go(address: str, *, set_cookie: str) -> ASGIApp:
    """On to another address."""
    return _answer(303, b"", {"location": address, "cache-control": "no-store", "set-cookie": set_cookie})


def _answer(status: int, body: bytes, headers: Mapping[str, str]) -> ASGIApp:
    """The same answer to a request and, as far as it can be given, to who wants a live connection."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        raw.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return answer
