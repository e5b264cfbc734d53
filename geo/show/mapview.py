"""The folium map: constant for a theme, and one JSON command at a time to the map that is already drawn.

The map holds no data. It loads the layer script of data/web, which asks the HTTP routes for the present view; so no
string from an article ever enters a folium constructor, where it would run as code (`${...}` in a popup does). What
Python has to say to the live map travels as one line of JSON in an otherwise empty feature group.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from geo.show import bundles
from geo.show.language import ENGLISH
from geo.show.webfiles import MAX_ZOOM, MIN_ZOOM, STYLES, WEB

START = (35.0, 40.0)
"""Latitude, longitude of the first view, until the bounds of the events are known."""


@cache
def versioned(name: str) -> str:
    """The URL of one of our files; it changes when the content does, so it may be cached for ever."""
    return f"/web/{name}?v={hashlib.sha256((WEB / name).read_bytes()).hexdigest()[:12]}"


def _json(payload: Mapping[str, Any]) -> str:
    r"""ASCII JSON that may stand inside a script, and that no later text replacement finds anything in.

    streamlit-folium rewrites `_name` and `{{'name'}}` wherever they occur in a script, hence _, ' and braces inside
    strings are written as \uXXXX too.
    """
    out: list[str] = []
    inside = escaped = False
    for char in json.dumps(payload, ensure_ascii=True, allow_nan=False, sort_keys=True):
        if inside and not escaped and char == "\\":
            escaped = True
            out.append(char)
            continue
        if char == '"' and not escaped:
            inside = not inside
        escaped = False
        out.append(f"\\u{ord(char):04x}" if inside and char in "<>&'_{}`$/" else char)
    return "".join(out)


class _Map(folium.Map):
    """A map that loads Leaflet and our layer from this very server, and nothing else."""

    def __init__(self, scripts: Sequence[str], styles: Sequence[str]) -> None:
        super().__init__(
            location=START, zoom_start=5, tiles=None, zoom_control=False,
            maxZoom=MAX_ZOOM, minZoom=MIN_ZOOM,
        )
        self._id = "dateline"
        self.get_root()._id = "datelinefigure"
        self.default_js = [(f"js{n}", url) for n, url in enumerate(scripts)]
        self.default_css = [(f"css{n}", url) for n, url in enumerate(styles)]


class _Start(MacroElement):
    """Hands the map to the layer script."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "DatelineLayer.start({{ this._parent.get_name() }}, {{ this.json }});{% endmacro %}"
    )

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id, self.json = "Start", "datelinestart", _json(config)


class _Say(MacroElement):
    """One JSON command for the live map; nothing happens when the map is not there yet."""

    _template = Template("{% macro script(this, kwargs) %}window.DL && DL.do({{ this.json }});{% endmacro %}")

    def __init__(self, payload: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id, self.json = "Say", "datelinesay", _json(payload)


def base_map(
    theme: str, tiles: str | None, *, base_url: str = "", around: bool = False, language: str = ENGLISH
) -> folium.Map:
    """The map without data; equal arguments give equal bytes, so the page never mounts it anew.

    theme is "light" or "dark", tiles the URL of online tiles drawn over our own base map or None, base_url the path
    under which the app is served; `around` puts the timeline under it and the list beside it; `language` is that of
    its words. A new object each time, since streamlit-folium renames what it is given.
    """
    if theme not in ("light", "dark"):
        raise ValueError(f"The theme {theme!r} is not known; give light or dark.")
    scripts = [bundles.script_url(language)]
    styles = ["/vendor/leaflet/leaflet.css", *map(versioned, STYLES)]
    view = _Map([base_url + url for url in scripts], [base_url + url for url in styles])
    config = {"theme": theme, "tiles": tiles, "base": base_url, "basemap": versioned(bundles.BASEMAP)}
    view.add_child(_Start({**config, "around": around}))
    return view


def command(payload: Mapping[str, Any]) -> folium.FeatureGroup:
    """An empty feature group whose script hands `payload` to the live map; see DL.do in data/web/layer.js.

    The payload wants a "nonce" of its own: streamlit-folium evaluates the same script again on other changes, and
    the layer skips a nonce it has seen.
    """
    group = folium.FeatureGroup(control=False)
    group.add_child(_Say(payload))
    return group
