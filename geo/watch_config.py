"""What `geo watch` is to look after, from a TOML file; a word that it does not know is an error, not ignored."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from geo.read.address import target_of
from geo.records import BadInput

EVERY_S = 15 * 60.0
FEED_LEAST_S, FOLDER_LEAST_S = 60.0, 1.0
"""Nobody's server is asked more often; a folder is one's own."""
MOST_S = 24 * 3600.0
PAGES_MOST = 50
"""Pages fetched of one feed at a time."""
_TIME = re.compile(r"(\d{1,6})\s*(s|m|h)")
_UNIT = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Feed:
    """An RSS or Atom feed."""

    url: str
    every_s: float
    pages: bool
    """Fetch the page of each entry, as the feed has summaries only."""
    pages_most: int = PAGES_MOST


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that files are put into."""

    path: Path
    every_s: float


@dataclass(frozen=True, slots=True)
class Config:
    """All that is watched, in the file's order."""

    feeds: tuple[Feed, ...]
    folders: tuple[Folder, ...]
    contact: str
    """How a publisher can reach whoever runs this: sent along with each request; "" says nothing."""


class _Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    every: str = ""
    pages: bool = False
    pages_most: int = PAGES_MOST


class _Folder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    path: str
    every: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    every: str = ""
    contact: str = ""
    feed: list[_Feed] = []
    folder: list[_Folder] = []


def read_config(path: Path) -> Config:
    """The configuration in a file; paths in it are relative to its folder. BadInput names what does not fit."""
    try:
        stated = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
    except OSError as error:
        raise BadInput(f"The configuration {path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadInput(f"The configuration {path} does not fit: {error}.") from None
    usual = seconds(stated.every, FOLDER_LEAST_S) if stated.every else EVERY_S
    feeds = tuple(_feed(one, usual) for one in stated.feed)
    folders = tuple(
        Folder((path.parent / one.path).resolve(), seconds(one.every, FOLDER_LEAST_S) if one.every else usual)
        for one in stated.folder
    )
    if not feeds and not folders:
        raise BadInput(f"The configuration {path} names nothing to watch; add a [[feed]] or a [[folder]].")
    names = [one.url for one in feeds] + [str(one.path) for one in folders]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise BadInput(f"The configuration {path} names {twice!r} twice.")
    if not stated.contact.isascii() or not stated.contact.isprintable() or len(stated.contact) > 200:
        raise BadInput("The contact must be one short line of plain characters, such as an address of e-mail.")
    return Config(feeds, folders, stated.contact)


def _feed(one: _Feed, usual: float) -> Feed:
    target_of(one.url)
    every = seconds(one.every, FEED_LEAST_S) if one.every else max(usual, FEED_LEAST_S)
    if not 1 <= one.pages_most <= 1000:
        raise BadInput(f"pages_most of {one.url} is {one.pages_most}; it may be 1 to 1000.")
    return Feed(one.url, every, one.pages, one.pages_most)


def seconds(stated: str, least: float) -> float:
    """Seconds of "90s", "15m" or "2h". BadInput for anything else, for less than `least` and more than a day."""
    match = _TIME.fullmatch(stated.strip())
    value = float(int(match[1]) * _UNIT[match[2]]) if match else 0.0
    if not least <= value <= MOST_S:
        raise BadInput(f"every = {stated[:40]!r} does not fit; write 90s, 15m or 2h, from {least:g}s up to 24h.")
    return value
