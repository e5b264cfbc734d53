"""The folium map: constant bytes, no address but our own, and commands that stay data."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit_folium import _get_feature_group_string, _get_map_string

from geo.show import mapview
from geo.show.webfiles import leaflet_folder

HOSTILE = (
    "</script><script>alert(1)</script>", "${window.pwn=1}", "{{'map_div'}}",
    "_dateline _datelinesay", "\\${x}", "`", "\u2028\u2029",
    "feature_group_feature_group_0",
)


def script(payload: dict[str, object]) -> str:
    """What streamlit-folium makes of a command, after its own rewriting of the text."""
    view = mapview.base_map("light", None)
    view.get_root().render()
    _get_map_string(view)
    text: str = _get_feature_group_string(mapview.command(payload), view)
    return text


def spoken(payload: dict[str, object]) -> object:
    """The JSON that reaches the live map."""
    found = re.search(r"window\.DL && DL\.do\((.*)\);\n", script(payload))
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("tiles", [None, "https://tiles.example.org/{z}/{x}/{y}.png"])
def test_equal_arguments_give_equal_bytes(theme: str, tiles: str | None) -> None:
    one, two = (mapview.base_map(theme, tiles).get_root().render() for _ in range(2))
    assert one == two


def test_two_maps_have_one_identity_for_streamlit_folium() -> None:
    strings = []
    for _ in range(2):
        view = mapview.base_map("dark", None)
        view.get_root().render()
        strings.append(_get_map_string(view))
    assert strings[0] == strings[1]


def test_the_page_names_no_other_host() -> None:
    page = mapview.base_map("light", None).get_root().render()
    assert not re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]+", page.replace("http://www.w3.org", ""))
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert all(a.startswith(("/web/", "/vendor/leaflet/")) for a in addresses)


def test_addresses_follow_the_base_path() -> None:
    page = mapview.base_map("light", None, base_url="/map").get_root().render()
    assert 'href="/map/vendor/leaflet/leaflet.css"' in page


def test_leaflet_is_the_version_folium_names() -> None:
    text = (leaflet_folder() / "leaflet.js").read_text("utf-8")
    assert "Leaflet 1.9.3" in text[:200]
    assert (leaflet_folder() / "leaflet.css").is_file()


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="sepia"):
        mapview.base_map("sepia", None)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_command_arrives_as_it_was_given(text: str) -> None:
    payload = {"do": "filter", "query": text, text: 1, "nonce": 3}
    assert spoken(payload) == payload
    assert "</script" not in script(payload)


@given(st.text(), st.integers())
def test_any_text_survives(text: str, nonce: int) -> None:
    payload: dict[str, object] = {"do": "filter", "query": text, "nonce": nonce}
    out = mapview._json(payload)
    assert json.loads(out) == payload
    assert out.isascii()
    assert not set(out) & set("<>&'`$\n")
