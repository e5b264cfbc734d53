"""Memory that a long run no longer needs goes back to the system, where its allocator can be told so (glibc)."""

import ctypes
from functools import cache

ARENAS = 2
"""Heaps that threads share. The usual eight for each processor each keep what their busiest moment needed."""
_ARENA_MAX = -8
"""glibc's name of that setting, M_ARENA_MAX in malloc.h."""


@cache
def _system() -> ctypes.CDLL | None:
    """The C library where it is one that can be told; others have their own ways."""
    try:
        library = ctypes.CDLL(None)
        return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
    except (OSError, TypeError):
        return None


def few_arenas() -> bool:
    """For the start of a process of many threads; heaps that are there already stay. False: it cannot be told."""
    library = _system()
    return library is not None and library.mallopt(_ARENA_MAX, ARENAS) == 1


def give_back() -> None:
    """Some milliseconds: free memory between what is in use goes back as well, not only that at a heap's end."""
    library = _system()
    if library is not None:
        library.malloc_trim(0)
