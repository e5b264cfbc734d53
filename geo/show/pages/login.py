"""Streamlit's login as the layer before the page needs it, and what the layer found, as the pages need it."""

import json
from collections.abc import Mapping

import streamlit as st
from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks
from streamlit.errors import StreamlitAuthError
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from geo.show.access import ROLE_HEADER, USER_HEADER, Role


def logged_in(cookies: Mapping[str, str]) -> str | None:
    """The address (or subject) of who is logged in; None where the cookie is missing, forged, or too old."""
    secret = get_cookie_secret()

    def one(name: str) -> bytes | None:
        return decode_signed_value(secret, name, cookies[name].strip('"')) if name in cookies else None

    found = get_cookie_with_chunks(one, USER_COOKIE_NAME) if secret else None
    try:
        told = json.loads(found) if found else {}
    except ValueError:
        return None
    if not isinstance(told, dict) or told.get("is_logged_in") is not True:
        return None
    name = told.get("email") if told.get("email_verified", True) else None
    return str(name or told.get("sub") or "") or None


def login_address() -> str:
    """Where a browser is sent to log in; "" where no login is set up."""
    try:
        return f"/auth/login?provider={encode_provider_token('default')}"
    except StreamlitAuthError:
        return ""


def name() -> str:
    """Of the person on this page, "" where nobody logs in."""
    return st.context.headers.get(USER_HEADER) or ""


def may_edit() -> bool:
    """Whether the person on this page is an editor; without the layer before it (a page run on its own), everyone."""
    return (st.context.headers.get(ROLE_HEADER) or Role.EDITOR.value) == Role.EDITOR.value
