"""One row of the scoreboard."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`wrong` holds a sentence for each thing that should not have happened; none is a pass."""

    name: str
    done: str
    """What was done, how often, and the figures of it."""
    wrong: tuple[str, ...] = ()

    def __str__(self) -> str:
        verdict = "holds" if not self.wrong else f"FAILS ({len(self.wrong)})"
        return "\n".join([f"{self.name:22} {verdict:10} {self.done}", *(f"    {w}" for w in self.wrong[:8])])
