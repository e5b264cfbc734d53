"""The files a browser gets: our layer under data/web, and Leaflet from its installed package."""

from importlib import resources
from pathlib import Path

from geo import lexicon
from geo.show import glyphs

WEB = Path(__file__).resolve().parent.parent.parent / "data" / "web"
PARTS = ("words.js", "glyphs.js", "basemap.js", "routes.js", "popup.js", "controls.js", "tools.js", "view.js",
         "looks.js", "pins.js", "sketch.js", "cards.js", "days.js", "bars.js", "timeline.js", "rail.js")  # fmt: skip
SCRIPTS = (*PARTS, "address.js", "page.js", "layer.js")
"""In the order in which the page loads them."""
FILE_SCRIPTS = (*PARTS, "layer.js", "mapfind.js", "mapdata.js", "mapfile.js")
"""In the order in which they stand in a map that is a file of its own."""
STYLES = ("layer.css",)
MAX_ZOOM = 14
MIN_ZOOM = 2


def leaflet_folder() -> Path:
    """Where the installed Leaflet keeps leaflet.js and leaflet.css; to be served at /vendor/leaflet."""
    return Path(str(resources.files("xstatic.pkg.leaflet").joinpath("data")))


def glyph_table(theme: str) -> dict[str, dict[str, str]]:
    """Label, outline and colour of each family of events, as the layer script draws them."""
    return {
        key: {"label": g.label, "path": glyphs.PATHS[g.shape], "colour": g.dark if theme == "dark" else g.light}
        for key, g in lexicon.types().glyphs.items()
    }
