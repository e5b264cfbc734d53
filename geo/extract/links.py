"""What people said of reports being one event or not -> groups that are one, and pairs that never are.

The last word wins: a statement holds as far as no later one contradicts it. The outcome depends on the order in which
the statements were made, and on nothing else.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product


@dataclass(frozen=True, slots=True)
class Said:
    """One statement: all of `one` and `other` are one event, or no report of `one` is of any event in `other`."""

    same: bool
    one: tuple[str, ...]
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """Of ids of article-level events. Groups share no id, and no two ids of a group are apart."""

    groups: tuple[tuple[str, ...], ...] = ()
    """Each sorted, at least two ids; sorted among themselves."""
    apart: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Symmetrical."""

    def parted(self, some: Collection[str], others: Collection[str]) -> bool:
        """Whether an id of `some` and one of `others` are not of one event."""
        if len(others) < len(some):
            some, others = others, some
        return any(not self.apart[i].isdisjoint(others) for i in some if i in self.apart)


NO_LINKS = Links()


def resolve(statements: Sequence[Said]) -> Links:
    """All statements, oldest first, as groups and pairs."""
    group: dict[str, set[str]] = {}
    apart: defaultdict[str, set[str]] = defaultdict(set)
    for said in reversed(statements):
        if not said.same:
            for a, b in product(sorted(said.one), sorted(said.other)):
                if a != b and b not in group.get(a, ()):
                    apart[a].add(b)
                    apart[b].add(a)
            continue
        for a, b in combinations(sorted({*said.one, *said.other}), 2):
            _join(a, b, group, apart)
    groups = {tuple(sorted(ids)) for ids in group.values() if len(ids) > 1}
    return Links(tuple(sorted(groups)), {i: frozenset(others) for i, others in sorted(apart.items())})


def _join(a: str, b: str, group: dict[str, set[str]], apart: Mapping[str, set[str]]) -> None:
    one, other = group.get(a, {a}), group.get(b, {b})
    if a in other or any(i in apart and not apart[i].isdisjoint(other) for i in one):
        return
    both = one | other
    for i in both:
        group[i] = both


def ids_of(statements: Iterable[Said]) -> frozenset[str]:
    """Every report that is spoken of."""
    return frozenset(i for said in statements for i in (*said.one, *said.other))
