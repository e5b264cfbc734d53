"""A small OpenID Connect provider on loopback: discovery, authorize, token, keys, end of session; real signatures.

Everything it gives out is as the standard has it, unless `fault` says what to do wrong with the next identity tokens.
"""

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "dateline", "a client secret, planted: 9f2c"
LASTS_S = 300

Claims = dict[str, object]
Made = tuple[Claims, dict[str, object], RSAKey | OctKey]
"""Claims, header and key as they are given out."""
Fault = Callable[["Provider", Claims], Made]
"""Makes them of the claims as they should be."""


def sound(provider: "Provider", claims: Claims) -> Made:
    """As it should be."""
    return claims, {"alg": "RS256", "kid": provider.key.kid}, provider.key


def claiming(**wrong: object) -> Fault:
    """Some claims are other than they should be; None leaves one out."""

    def fault(provider: "Provider", claims: Claims) -> Made:
        made = {name: value for name, value in (claims | wrong).items() if value is not None}
        return sound(provider, made)

    return fault


def foreign_key(provider: "Provider", claims: Claims) -> Made:
    """Signed by a key that is not the provider's, under the name of the one that is."""
    return claims, {"alg": "RS256", "kid": provider.key.kid}, RSAKey.generate_key(2048)


def public_key_as_secret(provider: "Provider", claims: Claims) -> Made:
    """HS256 with the public key, which everybody knows, as the shared secret."""
    public = provider.key.as_pem(private=False)
    return claims, {"alg": "HS256", "kid": provider.key.kid}, OctKey.import_key(base64.b64encode(public)[:64])


@dataclass
class Provider:
    """What it knows and what it was asked."""

    url: str = ""
    people: dict[str, dict[str, object]] = field(default_factory=dict)
    """The claims of each person, by the name they log in with."""
    fault: Fault = sound
    asked: list[str] = field(default_factory=list)
    """Method and path of each request."""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k-1", "use": "sig"}))
    sessions: dict[str, str] = field(default_factory=dict)
    """Who is logged in at the provider, by the value of its cookie."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    """Identity tokens, as they were given out."""

    def discovery(self) -> dict[str, object]:
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys",
                "end_session_endpoint": "/logout"}  # fmt: skip
        return {
            "issuer": self.url, **{name: self.url + path for name, path in ends.items()},
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
        }

    def token(self, given: dict[str, str], authorization: str) -> dict[str, object] | None:
        """Tokens for a code that is used once, by the client it was made for, who proves to have asked for it."""
        expected = base64.b64encode(f"{CLIENT}:{urlencode({'': SECRET})[1:]}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        kept = self.codes.pop(given.get("code", ""), None)
        proof = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if (authorization not in (f"Basic {expected}", f"Basic {plain}") or kept is None
                or kept["redirect_uri"] != given.get("redirect_uri")
                or kept["code_challenge"] != base64.urlsafe_b64encode(proof).rstrip(b"=").decode()):  # fmt: skip
            return None
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + LASTS_S, "nonce": kept["nonce"],
                  **self.people[kept["person"]]}  # fmt: skip
        made, header, key = self.fault(self, claims)
        signed = jwt.encode(header, made, key, algorithms=["RS256", "HS256"])
        self.given.append(signed)
        return {"access_token": "opaque", "token_type": "Bearer", "expires_in": LASTS_S, "id_token": signed}


@contextmanager
def provider(people: dict[str, dict[str, object]]) -> Iterator[Provider]:
    """The provider, for the time of the block."""
    made = Provider(people=people)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def _handler(made: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            given = {name: values[0] for name, values in parse_qs(parts.query).items()}
            made.asked.append(f"GET {parts.path}")
            match parts.path:
                case "/.well-known/openid-configuration":
                    self._json(made.discovery())
                case "/keys":
                    self._json(KeySet([made.key]).as_dict(private=False))
                case "/authorize":
                    self._authorize(given)
                case "/logout":
                    made.sessions.pop(self._session(), None)
                    self._go(given["post_logout_redirect_uri"])
                case _:
                    self._answer(404, b"", "text/plain")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            made.asked.append(f"POST {self.path}")
            told = made.token({name: values[0] for name, values in parse_qs(body).items()},
                              self.headers.get("Authorization", ""))  # fmt: skip
            self._json(told or {"error": "invalid_grant"}, 200 if told else 400)

        def _authorize(self, given: dict[str, str]) -> None:
            """Asks who it is, or, once that was said, sends them back with a code."""
            person = given.get("person") or made.sessions.get(self._session(), "")
            if person not in made.people:
                fields = "".join(f'<input type=hidden name="{html.escape(name)}" value="{html.escape(value)}">'
                                 for name, value in given.items())  # fmt: skip
                self._answer(200, f"<form>{fields}<label>Who are you? <input name=person></label>"
                                  "<button>Continue</button></form>".encode(), "text/html")  # fmt: skip
                return
            code, session = secrets.token_urlsafe(), secrets.token_urlsafe()
            kept = {name: given.get(name, "") for name in ("redirect_uri", "nonce", "code_challenge")}
            made.codes[code] = kept | {"person": person}
            made.sessions[session] = person
            back = urlencode({"code": code, "state": given["state"]})
            self._go(f"{given['redirect_uri']}?{back}", f"provider={session}; Path=/; HttpOnly")

        def _session(self) -> str:
            found = SimpleCookie(self.headers.get("Cookie", "")).get("provider")
            return found.value if found else ""

        def _go(self, address: str, cookie: str = "") -> None:
            self._answer(302, b"", "text/plain", {"Location": address} | ({"Set-Cookie": cookie} if cookie else {}))

        def _json(self, told: object, status: int = 200) -> None:
            self._answer(status, json.dumps(told).encode(), "application/json")

        def _answer(self, status: int, data: bytes, kind: str, more: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **(more or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            pass

    return Handler
