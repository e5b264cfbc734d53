"""Records to JSON and back, exactly or not at all."""

import hashlib
import zlib
from typing import Any, TypeVar

import msgspec

from geo.records import StoreError

T = TypeVar("T")

LEVEL = 6
"""Of zlib: a sixth of the room for toponyms; 9 takes a quarter longer for one part in a hundred."""


def pack(record: Any) -> bytes:
    """JSON of a record or a tuple. StoreError when it would not come back the same (NaN, a list for a tuple)."""
    try:
        payload = msgspec.json.encode(record)
        kind: Any = type(record)
        if isinstance(record, tuple) and record:
            kind = tuple.__class_getitem__((type(record[0]), ...))
        same = msgspec.json.decode(payload, type=kind) == record
    except (msgspec.MsgspecError, UnicodeError, TypeError) as error:
        raise StoreError(f"This record cannot be kept ({error}): {_shown(record)}.") from error
    if not same:
        raise StoreError(f"This record does not come back from JSON as it was: {_shown(record)}.")
    return payload


def _shown(record: Any) -> str:
    return repr(record)[:200]


def unpack(payload: bytes, kind: type[T]) -> T:
    """The record that `pack` wrote."""
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.MsgspecError, ValueError) as error:
        raise StoreError(f"A row of the store cannot be read ({error}); restore a backup or ingest anew.") from error


def deflated(payload: bytes) -> bytes:
    """What `pack` wrote in less room: for lists that say the same words over and over."""
    return zlib.compress(payload, LEVEL)


def inflated(payload: bytes) -> bytes:
    """What `deflated` was given."""
    try:
        return zlib.decompress(payload)
    except zlib.error as error:
        raise StoreError(f"A row of the store cannot be read ({error}); restore a backup or ingest anew.") from error


def digest(payload: bytes) -> str:
    """Tells whether a row has changed."""
    return hashlib.sha256(payload).hexdigest()
