"""Columns as read-only numpy arrays: of texts, and of few distinct values that are told by numbers."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Codes:
    """A column of few distinct values: the values, sorted, and each row's index into them."""

    values: tuple[Any, ...]
    of_row: IntArray

    @classmethod
    def of(cls, values: Sequence[Any]) -> "Codes":
        """The codes of one value for each row."""
        table = {value: code for code, value in enumerate(sorted(set(values)))}
        codes = np.fromiter((table[value] for value in values), np.int32, len(values))
        return cls(tuple(table), fixed(codes))

    def mapped(self, named: Callable[[Any], Any]) -> "Codes":
        """The column of what each value is named; each distinct value is asked about once."""
        names = [named(value) for value in self.values]
        short = Codes.of(names)
        return Codes(short.values, fixed(short.of_row[self.of_row]))

    def joined(self, other: "Codes", source: NDArray[np.intp]) -> "Codes":
        """The rows `source` of this column with the other's behind it; values that no row has left are dropped."""
        table = {value: code for code, value in enumerate(self.values)}
        new = sorted(value for value in other.values if value not in table)
        values = tuple(sorted((*self.values, *new)))
        at = np.array([bisect_left(self.values, value) for value in new], np.intp)
        moved = np.arange(len(self.values)) + np.searchsorted(at, np.arange(len(self.values)), "right")
        places = {value: int(at[n]) + n for n, value in enumerate(new)}
        theirs = [places[value] if value in places else moved[table[value]] for value in other.values]
        of_row = np.concatenate([moved[self.of_row], np.array(theirs, np.intp)[other.of_row]])[source]
        used = np.bincount(of_row, minlength=len(values)) > 0
        kept = tuple(value for value, is_used in zip(values, used.tolist(), strict=True) if is_used)
        return Codes(kept, fixed((np.cumsum(used) - 1)[of_row].astype(np.int32)))

    def mask(self, wanted: Callable[[Any], bool]) -> BoolArray:
        """Rows whose value is wanted; each distinct value is asked about once."""
        table = np.fromiter((wanted(value) for value in self.values), np.bool_, len(self.values))
        return table[self.of_row]

    def counted(self, mask: BoolArray) -> list[tuple[Any, int]]:
        """The values that rows of the mask have, in their order, and how many rows each."""
        counts = np.bincount(self.of_row[mask], minlength=len(self.values))
        return [(self.values[code], int(counts[code])) for code in np.flatnonzero(counts).tolist()]


def fixed(array: Any) -> Any:
    """The same array, read-only from here on."""
    array.flags.writeable = False
    return array


def objects(values: Sequence[str]) -> NDArray[np.object_]:
    """The strings as a read-only array."""
    array = np.empty(len(values), np.object_)
    array[:] = values
    made: NDArray[np.object_] = fixed(array)
    return made
