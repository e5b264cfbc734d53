"""Turn the marked-up articles of data/corpus/own.txt into stand-off labels, and check the corpus.

    python data/build/corpus.py            writes data/corpus/own.jsonl from own.txt, checks every file, counts
    python data/build/corpus.py --check    the same without writing; exit 1 when own.jsonl is not what own.txt makes
    python data/build/corpus.py --texts TEXTS.jsonl    holds stand-off files against texts ({"text": …} a line)

Form of own.txt: `=== slug` opens an article, its first line is the headline, every further line a paragraph. A place
is written [Mosul|P], a demonym [Iraqi|D]; inside another name they are [Basra|N] and [Iraqi|DN]. What they mean:
data/corpus/GUIDELINE.md.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
MARK = re.compile(r"\[([^\[\]|]+)\|([A-Z]+)\]")
LABELS: Mapping[str, tuple[str, bool]] = {
    "P": ("PLACE", False),
    "N": ("PLACE", True),
    "D": ("DEMONYM", False),
    "DN": ("DEMONYM", True),
}
OWN_LICENCE = "CC BY 4.0"


class MarkupError(ValueError):
    """A mark that cannot be read; says where it stands."""


def read_marks(marked: str, slug: str) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its labels in text order; offsets count code points of the plain text."""
    pieces: list[str] = []
    labels: list[dict[str, Any]] = []
    length = last = 0
    for found in MARK.finditer(marked):
        surface, kind = found.groups()
        if kind not in LABELS:
            raise MarkupError(f"{slug}: {found.group()} has no known kind; use one of {', '.join(LABELS)}.")
        between = marked[last : found.start()]
        label, nested = LABELS[kind]
        start = length + len(between)
        labels.append({"start": start, "end": start + len(surface), "label": label, "nested": nested})
        pieces += [between, surface]
        length, last = start + len(surface), found.end()
    text = "".join([*pieces, marked[last:]])
    if stray := re.search(r".{0,20}[\[\]|].{0,20}", text):
        raise MarkupError(f"{slug}: a bracket or bar that is no mark near {stray.group()!r}; write [name|P].")
    return text, labels


def articles(source: str) -> Iterator[tuple[str, str]]:
    """Slug and marked text of each article; a headline is parted from the body by an empty line."""
    for block in re.split(r"^=== ", source, flags=re.M)[1:]:
        slug, title, *body = [line.strip() for line in block.splitlines() if line.strip()]
        yield slug, title + "\n\n" + "\n".join(body)


def own_lines(source: str) -> Iterator[str]:
    """own.jsonl, line by line, in the order of own.txt."""
    for slug, marked in articles(source):
        text, labels = read_marks(marked, slug)
        record = {"doc": f"own-{slug}", "source": "own", "licence": OWN_LICENCE}
        record |= {"sha256": digest(text), "text": text, "labels": labels}
        yield json.dumps(record, ensure_ascii=False) + "\n"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def faults(record: dict[str, Any], text: str | None) -> Iterator[str]:
    """What is wrong with one document, in sentences; `text` None leaves the offsets unheld."""
    name, last = record["doc"], 0
    if text is not None and digest(text) != record["sha256"]:
        yield f"{name}: sha256 is not that of the text."
    for one in record["labels"]:
        if (one["label"], one["nested"]) not in LABELS.values():
            yield f"{name}: unknown label {one}."
        if not last <= one["start"] < one["end"]:
            yield f"{name}: {one} overlaps the one before or is empty or out of order."
        last = one["end"]
        surface = "-" if text is None else text[one["start"] : one["end"]]
        if not surface or surface != surface.strip(" \n,'’\""):
            yield f"{name}: {one} marks {surface!r}."


def check(texts: Mapping[str, str]) -> tuple[list[str], dict[str, Counter[str]]]:
    """Faults of all files and what each holds; `texts` maps sha256 to text, for what is kept without its text."""
    found: list[str] = []
    counts: dict[str, Counter[str]] = {}
    seen: set[str] = set()
    for path in sorted(CORPUS.glob("*.jsonl")):
        count = counts.setdefault(path.name, Counter())
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            found += faults(record, record.get("text", texts.get(record["sha256"])))
            if record["doc"] in seen:
                found.append(f"{record['doc']}: stands twice in the corpus.")
            seen.add(record["doc"])
            count["documents"] += 1
            count["held against the text"] += "text" in record or record["sha256"] in texts
            for one in record["labels"]:
                count[("nested " if one["nested"] else "") + one["label"]] += 1
    return found, counts


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when own.jsonl is out of date")
    parser.add_argument("--texts", type=Path, help="texts of the stand-off files, JSON lines with a field text")
    asked = parser.parse_args()
    made = "".join(own_lines((CORPUS / "own.txt").read_text(encoding="utf-8")))
    own = CORPUS / "own.jsonl"
    if not asked.check:
        own.write_text(made, encoding="utf-8")
    elif own.read_text(encoding="utf-8") != made:
        print("own.jsonl is not what own.txt makes; run data/build/corpus.py.", file=sys.stderr)
        return 1
    lines = asked.texts.read_text(encoding="utf-8").splitlines() if asked.texts else []
    texts = {digest(text): text for text in (json.loads(line)["text"] for line in lines)}
    found, counts = check(texts)
    print(*found, sep="\n", file=sys.stderr)
    for name, count in counts.items():
        print(f"{name}: " + ", ".join(f"{n} {what}" for what, n in sorted(count.items())))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
