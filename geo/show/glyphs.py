"""The glyphs of event families as small SVG images for cards and tables: shape first, colour second."""

from geo import lexicon

PATHS = {
    "triangle": "M3 5H21L12 20.5Z",
    "star": "M12 2L14.3 6.4L19.1 4.9L17.6 9.7L22 12L17.6 14.3L19.1 19.1L14.3 17.6L12 22L9.7 17.6L4.9 19.1L6.4 14.3"
            "L2 12L6.4 9.7L4.9 4.9L9.7 6.4Z",
    "cross": "M6 3.5L12 9.5L18 3.5L20.5 6L14.5 12L20.5 18L18 20.5L12 14.5L6 20.5L3.5 18L9.5 12L3.5 6Z",
    "diamond": "M12 2.5L21 12L12 21.5L3 12Z",
    "square": "M4 4H20V20H4Z",
    "flag": "M4.5 2.5H6.5V4L20.5 8.5L6.5 13.5V21.5H4.5Z",
    "circle": "M12 3.5A8.5 8.5 0 1 1 12 20.5A8.5 8.5 0 1 1 12 3.5Z",
    "bubble": "M3 4.5H21V16.5H12.5L8 21V16.5H3Z",
    "arrow": "M2 10.8H15.5V6L22 12L15.5 18V13.2H2Z",
}
"""Outlines in a box of 24 units."""

_INK = {"light": "#1b232c", "dark": "#eef2f5"}
THEMES = tuple(_INK)


def names() -> tuple[str, ...]:
    """The glyphs that have an image."""
    return (*lexicon.types().glyphs, "route")


def svg(name: str, theme: str, *, hollow: bool = False) -> str:
    """The image; KeyError for a glyph or theme that does not exist. Hollow is near the place or coarser."""
    if name == "route":
        path, colour = PATHS["arrow"], _INK[theme]
    else:
        glyph = lexicon.types().glyphs[name]
        path, colour = PATHS[glyph.shape], {"light": glyph.light, "dark": glyph.dark}[theme]
    paint = f'fill="none" stroke="{colour}" stroke-width="2.6"' if hollow else f'fill="{colour}"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">'
        f'<path d="{path}" {paint} stroke-linejoin="round"/></svg>'
    )
