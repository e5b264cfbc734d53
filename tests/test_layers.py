"""The house: an import goes to a lower floor only, and some libraries have one door each."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "geo.records": 0, "geo.spatial": 0, "geo.lexicon": 0, "geo.filters": 0, "geo.allocator": 0,
    "geo.parse": 1, "geo.read": 1,
    "geo.locate": 2,
    "geo.extract": 3,
    "geo.pipeline": 4,
    "geo.inputs": 5, "geo.copies": 1,
    "geo.keep": 5, "geo.workers": 5,
    "geo.ingest": 6, "geo.reread": 6, "geo.show": 6,
    "geo.show.pages": 7,
    "geo.evaluate": 7,
    "geo.watch_config": 2, "geo.watch": 7, "geo.cli_arguments": 6, "geo.cli_progress": 6,
    "geo.cli_inputs": 7, "geo.cli_gazetteer": 7, "geo.cli_texts": 7, "geo.cli_export": 7,
    "geo.cli": 8, "geo.__main__": 9,
}
ON_THE_GROUND = {"geo.spatial": {"geo.records"}, "geo.lexicon": {"geo.records"},
                 "geo.filters": {"geo.records", "geo.lexicon"}, "geo.records": set(), "geo.allocator": set()}
"""On floor 0 the modules a module may see; elsewhere the floor decides."""

DOORS = {
    "streamlit": ("app", "geo.show.pages"),
    "streamlit_folium": ("geo.show.pages",),
    "folium": ("geo.show.mapview",),
    "branca": ("geo.show.mapview",),
    "sqlalchemy": ("geo.keep",),
    "onnxruntime": ("geo.locate.quiet",),
    "trafilatura": ("geo.read",),
    "htmldate": ("geo.read",),
    "feedparser": ("geo.read",),
    "charset_normalizer": ("geo.read.letters",),
    "lxml": ("geo.read",),
    "geopy": ("geo.spatial", "geo.locate.online"),
    "pyogrio": ("geo.show.tables",),
    "pyarrow": ("geo.show.tables", "geo.read.parquet"),
    "openpyxl": ("geo.read.sheet",),
    "rensa": ("geo.copies",),
    "pypdf": ("geo.read.pdf",),
    "warcio": ("geo.read.warc",),
    "spacy": ("geo.parse", "geo.locate", "geo.extract", "geo.pipeline", "geo.evaluate"),
    "starlette": ("geo.show.api", "geo.show.access", "geo.show.doorstep", "geo.show.headers", "geo.show.logins",
                  "app"),
}
"""Library: the modules that may import it."""

MODULES = [*sorted(p for p in (ROOT / "geo").rglob("*.py")), ROOT / "app.py"]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path) for path in MODULES}


def floor_of(module: str) -> tuple[str, int] | None:
    """The room (package or module) of the table that holds `module`, and its floor; the longest name wins."""
    rooms = [room for room in FLOORS if module == room or module.startswith(room + ".")]
    return max(((room, FLOORS[room]) for room in rooms), key=lambda row: len(row[0]), default=None)


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in NAMES else node.module or "")
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_down(path: Path) -> None:
    me = name_of(path)
    mine = floor_of(me)
    if me in ("geo", "app"):
        return
    assert mine is not None, f"{me} has no floor; give it one in FLOORS"
    for other in imports_of(path):
        theirs = floor_of(other)
        if theirs is None or theirs[0] == mine[0]:
            continue
        allowed = ON_THE_GROUND.get(me)
        if allowed is not None:
            assert theirs[0] in allowed, f"{me} may not import {other}"
        else:
            assert theirs[1] < mine[1], f"{me} (floor {mine[1]}) imports {other} (floor {theirs[1]})"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_libraries_have_their_doors(path: Path) -> None:
    me = name_of(path)
    for other in imports_of(path):
        doors = DOORS.get(other.split(".")[0])
        if doors:
            assert any(me == d or me.startswith(d + ".") for d in doors), f"{me} may not import {other}"


def test_packages_import_in_no_circle() -> None:
    """Inside a package too: each module imports on its own, and the graph of our modules has no cycle."""
    graph = {name_of(p): imports_of(p) & NAMES for p in MODULES}
    done: set[str] = set()

    def walk(node: str, trail: tuple[str, ...]) -> None:
        assert node not in trail, f"circle: {' -> '.join((*trail, node))}"
        if node in done:
            return
        for nxt in sorted(graph.get(node, ())):
            walk(nxt, (*trail, node))
        done.add(node)

    for module in sorted(graph):
        walk(module, ())


def test_only_app_and_cli_read_the_environment() -> None:
    for path in MODULES:
        if name_of(path) not in ("app", "geo.cli", "geo.locate.quiet"):  # the last one only sets a variable
            names = {n.attr for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Attribute)}
            assert not names & {"environ", "getenv"}, f"{name_of(path)} reads the environment"
