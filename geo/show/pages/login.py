"""Streamlit's login as the layer before the page needs it, and what the layer found, as the pages need it."""

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st
from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks, get_secrets_auth_section
from streamlit.auth_util import get_redirect_uri as redirect_uri
from streamlit.auth_util import validate_auth_credentials as validate
from streamlit.errors import StreamlitAuthError
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from geo.show.access import ROLE_HEADER, USER_HEADER, Access, BadAccess, Role
from geo.show.language import say
from geo.show.logins import LASTS_DAYS, Login

PROVIDER = "default"
"""Streamlit's name for the one provider whose keys stand in [auth] itself."""
CALLBACK = "/oauth2callback"
COOKIE_SECRET_LEAST = 32
"""Characters of cookie_secret: whoever guesses it writes cookies of their own."""


def logged_in(cookies: Mapping[str, str]) -> Login | None:
    """Of the browser that sent them; None where the cookie is missing, forged, or too old."""
    secret = get_cookie_secret()

    def one(name: str) -> bytes | None:
        return decode_signed_value(secret, name, cookies[name], LASTS_DAYS) if name in cookies else None

    found = get_cookie_with_chunks(one, USER_COOKIE_NAME) if secret else None
    try:
        told = json.loads(found) if found else {}
    except ValueError:
        return None
    if not isinstance(told, dict) or told.get("is_logged_in") is not True:
        return None
    named = _name(told) if _for_us(told) else ""
    mark = hashlib.sha256(found or b"").hexdigest()  # a nonce of this login alone is among what was signed
    return Login(named, mark) if named else None


def _for_us(told: Mapping[str, object]) -> bool:
    """Authlib lets through what was made for another client of the provider where it says that we may use it."""
    client, audience = get_secrets_auth_section().get("client_id"), told.get("aud")
    return not client or client in (audience if isinstance(audience, list) else [audience])


def _name(told: Mapping[str, object]) -> str:
    """An address that the provider does not vouch for may be anybody's: then its own number of the person counts."""
    if told.get("email") and told.get("email_verified", True) in (True, "true"):
        return str(told["email"])
    return f"sub:{told['sub']}" if told.get("sub") else ""


def login_address() -> str:
    """Where a browser is sent to log in; "" where no login is set up."""
    try:
        return f"/auth/login?provider={encode_provider_token(PROVIDER)}"
    except StreamlitAuthError:
        return ""


def login_origin(access: Access) -> str:
    """Scheme and host that logins lead back to; "" where nobody logs in here.

    BadAccess when DATELINE_ACCESS is oidc and something is missing for it; what is secret stands in no message.
    """
    if access.mode != "oidc":
        return ""
    if importlib.util.find_spec("authlib") is None:
        raise BadAccess("DATELINE_ACCESS is oidc, but the package Authlib is missing; install requirements.txt.")
    try:
        validate(PROVIDER)
    except StreamlitAuthError as error:
        raise BadAccess("DATELINE_ACCESS is oidc, but login is not set up. " + " ".join(str(error).split())) from None
    section = get_secrets_auth_section()
    parts = urlsplit(redirect_uri(section) or "")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path != CALLBACK:
        raise BadAccess(f"redirect_uri in .streamlit/secrets.toml must be this Dateline's address with {CALLBACK} "
                        "behind it, such as https://dateline.example/oauth2callback.")  # fmt: skip
    if len(str(section["cookie_secret"])) < COOKIE_SECRET_LEAST:
        raise BadAccess(f"cookie_secret in .streamlit/secrets.toml has fewer than {COOKIE_SECRET_LEAST} characters; "
                        "set a long random one.")  # fmt: skip
    return f"{parts.scheme}://{parts.netloc}"


def log_out() -> None:
    """A page of its own: being on it ends the login, here and at the provider where it has an address for that."""
    st.logout()
    st.markdown(say("Logging out …"))


def name() -> str:
    """Of the person on this page, "" where nobody logs in."""
    return st.context.headers.get(USER_HEADER) or ""


def may_edit() -> bool:
    """Whether the person on this page is an editor; without the layer before it (a page run on its own), everyone."""
    return (st.context.headers.get(ROLE_HEADER) or Role.EDITOR.value) == Role.EDITOR.value


def can_log_out() -> bool:
    """Whether the person on this page logged in here, and not at a proxy or not at all."""
    return bool(getattr(st.user, "is_logged_in", False))


def editors_only(reason: str) -> bool:
    """Whether the person is an editor; to a reader the reason is told where the buttons of editors would stand."""
    if may_edit():
        return True
    st.caption(reason)
    return False
