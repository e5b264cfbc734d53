"""What the map loads, in as few and as small answers as can be: streamlit-folium loads one script after the other."""

import gzip
import hashlib
from functools import cache

from geo.show import mapwords
from geo.show.webfiles import SCRIPTS, WEB, leaflet_folder

BASEMAP = "basemap.json"


@cache
def script(code: str) -> bytes:
    """Leaflet, the glyphs, the words of a language and the layer, in the order in which they build on each other."""
    parts = [
        (leaflet_folder() / "leaflet.js").read_text("utf-8"), mapwords.looks(), mapwords.script(code),
        *((WEB / name).read_text("utf-8") for name in SCRIPTS),
    ]
    return ";\n".join(part for part in parts if part).encode()


@cache
def script_url(code: str) -> str:
    """Where `script` is served; the address changes when the content does, so it may be cached for ever."""
    return f"/web/map-{code}.js?v={hashlib.sha256(script(code)).hexdigest()[:12]}"


@cache
def basemap() -> bytes:
    """The offline base map's lines and names, as JSON."""
    return (WEB / BASEMAP).read_bytes()


@cache
def zipped(made: bytes) -> bytes:
    """Compressed once, and not again for each reader."""
    return gzip.compress(made, 9, mtime=0)
