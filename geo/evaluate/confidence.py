"""Whether confidence sorts: the share of events that the gold agrees with, in each third, the surest first."""

from collections.abc import Mapping, Sequence

from geo.evaluate.corpus import Judged, Table, share

THIRDS = ("top third", "middle", "bottom third")


def thirds(judged: Sequence[Judged]) -> dict[str, float]:
    """Share right in each third by confidence; events of one confidence count in each third by their share of it."""
    figures = {}
    ordered = _evened(judged)
    for number, name in enumerate(THIRDS):
        part = ordered[number * len(ordered) // 3 : (number + 1) * len(ordered) // 3]
        figures[name] = share(sum(part), len(part))
    return figures


def _evened(judged: Sequence[Judged]) -> list[float]:
    """1 right, 0 wrong, surest first; those of equal confidence all get their common share, as no order is theirs."""
    groups: dict[float, list[bool]] = {}
    for confidence, right in judged:
        groups.setdefault(confidence, []).append(right)
    return [sum(groups[c]) / len(groups[c]) for c in sorted(groups, reverse=True) for _ in groups[c]]


def table(judged: Mapping[str, Sequence[Judged]]) -> Table:
    """A line for each corpus; figures are named "corpus: top over bottom", the difference of the outer thirds."""
    head = "confidence: share of events the gold agrees with, by third (surest first)"
    columns = f"{'':28}{'events':>8}" + "".join(f"{name:>14}" for name in THIRDS)
    lines, figures = [head, columns], {}
    for corpus, rows in judged.items():
        found = thirds(rows)
        lines.append(f"{corpus:28}{len(rows):>8}" + "".join(f"{found[name]:>14.3f}" for name in THIRDS))
        figures[f"{corpus}: top over bottom"] = found[THIRDS[0]] - found[THIRDS[2]]
    return Table("\n".join(lines), figures)
