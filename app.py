"""Dateline's page: reads the environment, fills an empty store with the seeds, serves page and API.

Start it with `streamlit run app.py`.
"""

import os
import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from geo.allocator import few_arenas
from geo.ingest import ingest
from geo.keep import Store
from geo.locate import Gazetteer, Tagger
from geo.pipeline import Tools
from geo.records import StoreError
from geo.show import api, doorstep
from geo.show.access import BadAccess, Gate, read_access
from geo.show.headers import Squeezed, page_policy
from geo.show.pages import frame, login

HERE = Path(__file__).resolve().parent
STORE = os.environ.get("DATELINE_STORE", "sqlite:///dateline.sqlite")
BUNDLE = os.environ.get("DATELINE_GAZETTEER")
TILES = os.environ.get("DATELINE_TILES", "none")
try:
    ACCESS = read_access(os.environ)
    ORIGIN = login.login_origin(ACCESS)
except BadAccess as error:
    sys.exit(str(error))


def tools() -> Tools:
    """What reading an article needs; the gazetteer's index is built on the first start of all."""
    return Tools(Gazetteer.open(Path(BUNDLE)) if BUNDLE else Gazetteer.open(), Tagger.open())


def first_start() -> None:
    """A newcomer sees the seeds on the map at once; a store that holds anything is left alone."""
    try:
        store = Store.open(STORE)
    except StoreError as error:  # every page says so as well, and goes on once it is mended
        print(error, file=sys.stderr)
        return
    if store.counts()["articles"] == 0 and any((HERE / "seeds").glob("*")):
        ingest([HERE / "seeds"], store, tools)
    store.close()


few_arenas()
first_start()
tiles = None if TILES in ("", "none") else TILES
settings = api.Settings(STORE, tiles, served=True, bundle=Path(BUNDLE) if BUNDLE else None)
gate = Middleware(
    Gate, access=ACCESS, policy=page_policy(tiles), logged_in=login.logged_in, login=login.login_address,
    origin=ORIGIN,
)
app = st.App(
    HERE / "geo/show/pages/main.py", routes=api.routes(settings), middleware=[gate, Middleware(Squeezed)],
    on_script_error=frame.failed, exception_handlers={Exception: doorstep.broken},
)
