"""What tagger.py trains on: annotated texts, cut into windows of word pieces with their targets."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from geo.locate.tagger import case_of

CLASSES = ("PLACE", "DEMONYM", "ORG", "PER", "OTHER")
LABELS = ("O", *(f"{prefix}-{name}" for name in CLASSES for prefix in "BI"))
NESTED = "+"          # behind a class: the name stands inside another name
TARGETS = (*LABELS, *(f"{prefix}-{name}{NESTED}" for name in CLASSES for prefix in "BI"))
CASES = ("none", "lower", "title", "upper", "mixed")
NAMES = {"GEO": "PLACE", "GPE": "PLACE", "FAC": "PLACE"}
WINDOW = 160          # word pieces in a training window, [CLS] and [SEP] included
BATCH = 8
NEIGHBOURS = 12       # batches among which windows of one length are sought
LEAST = 24            # word pieces in the shortest window an article is cut to


@dataclass(frozen=True, slots=True)
class Source:
    """What to take from one source: `silent` are the classes it leaves unlabelled where they occur."""

    windows: int | None        # None = all of them
    repeats: int
    silent: tuple[str, ...]


ARTICLES = Source(None, 5, ("ORG", "PER", "OTHER"))
SOURCES = {
    "gmb": Source(900, 1, ()),
    "wikigold": Source(None, 2, ()),
    "gum/news": Source(None, 2, ("DEMONYM",)),
    "gum/interview": Source(60, 1, ("DEMONYM",)),
    "gum/court": Source(60, 1, ("DEMONYM",)),
    "gum/academic": Source(30, 1, ("DEMONYM",)),
    "sec": Source(30, 1, ("OTHER",)),
    "btc": Source(150, 1, ("OTHER", "DEMONYM")),
    "wnut17": Source(60, 1, ("DEMONYM",)),
}


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    spans: tuple[tuple[int, int, str], ...]     # code points, class; a class with NESTED behind it is within a name
    source: str


@dataclass(frozen=True, slots=True)
class Window:
    """Word pieces without the end marks; `targets` is a number of TARGETS at the first piece of a word, else -1."""

    pieces: tuple[int, ...]
    cases: tuple[int, ...]
    targets: tuple[int, ...]
    silent: tuple[str, ...]


# -- reading ---------------------------------------------------------------------------------------------------------

def read_articles(corpus: Path, texts: Path) -> list[tuple[str, Text]]:
    """(address or name, text) pairs in the files' order; every document of the corpus must have its text."""
    lines = [json.loads(line) for line in texts.read_text(encoding="utf-8").splitlines()]
    by_digest = {hashlib.sha256(row["text"].encode()).hexdigest(): row["text"] for row in lines}
    found = []
    for path in sorted(corpus.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            text = row["text"] if "text" in row else by_digest.get(row["sha256"])
            if text is None:
                sys.exit(f"{path.name}: {texts} lacks the text of {row['doc']} ({row['source']}).")
            spans = tuple((t["start"], t["end"], t["label"] + NESTED * t["nested"]) for t in row["labels"])
            found.append((row["doc"] if row["source"] == "own" else row["source"], Text(text, spans, "articles")))
    return found


def read_sentences(folder: Path) -> dict[str, list[Text]]:
    """Sentences by the source named in SOURCES ("sec/train" belongs to "sec", "gum/news" to itself)."""
    found: dict[str, list[Text]] = {name: [] for name in SOURCES}
    for name in sorted({source.split("/")[0] for source in SOURCES}):
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                source = row["source"] if row["source"] in SOURCES else row["source"].split("/")[0]
                if source in SOURCES:
                    found[source].append(_from_tokens(row["tokens"], row["spans"], source))
    return found


def _from_tokens(tokens: list[str], spans: list[list], source: str) -> Text:
    starts, at = [], 0
    for token in tokens:
        starts.append(at)
        at += len(token) + 1
    ends = [start + len(token) for start, token in zip(starts, tokens, strict=True)]
    spans = [_without_small_ends(tokens, *span) for span in spans]
    return Text(" ".join(tokens), tuple((starts[a], ends[b - 1], NAMES.get(c, c)) for a, b, c in spans), source)


def _without_small_ends(tokens: list[str], start: int, end: int, name: str) -> tuple[int, int, str]:
    """A place less "the", "southern", "river" at its ends, as our guideline has it; all small stays (tweets)."""
    if NAMES.get(name) != "PLACE" or not any(token[:1].isupper() for token in tokens[start:end]):
        return start, end, name
    while tokens[start].islower():
        start += 1
    while tokens[end - 1].islower():
        end -= 1
    return start, end, name


def is_held_out(url: str, every: int) -> bool:
    return every > 0 and int.from_bytes(hashlib.sha256(url.encode()).digest()[:4], "big") % every == 0


# -- windows ---------------------------------------------------------------------------------------------------------

def encode(tokenizer: Tokenizer, text: Text) -> tuple[list[int], list[int], list[int]]:
    """Word pieces, their cases and their targets, of one text of any length."""
    encoding = tokenizer.encode(text.text, add_special_tokens=False)
    pieces, cases, targets = [], [], []
    spans, here, last_word, last_span = sorted(text.spans), 0, None, None
    word_end: dict[int, int] = {}
    for word, (_, end) in zip(encoding.word_ids, encoding.offsets, strict=True):
        word_end[word] = end
    for piece, word, (start, _) in zip(
        encoding.ids, encoding.word_ids, encoding.offsets, strict=True
    ):
        if word == last_word:
            pieces.append(piece), cases.append(cases[-1]), targets.append(-1)
            continue
        last_word = word
        while here < len(spans) and spans[here][1] <= start:
            here += 1
        inside = here < len(spans) and spans[here][0] < word_end[word] and start < spans[here][1]
        label = "O"
        if inside:
            label = ("I-" if last_span == here else "B-") + spans[here][2]
        last_span = here if inside else None
        pieces.append(piece)
        cases.append(case_of(text.text[start:word_end[word]]))
        targets.append(TARGETS.index(label))
    return pieces, cases, targets


def windows_of(tokenizer: Tokenizer, texts: list[Text], silent: tuple[str, ...]) -> list[Window]:
    """Sentences of a corpus packed in their order into windows, cut at word borders where one is longer."""
    made: list[Window] = []
    pieces: list[int] = []
    cases: list[int] = []
    targets: list[int] = []

    def flush() -> None:
        if pieces:
            made.append(Window(tuple(pieces), tuple(cases), tuple(targets), silent))
            pieces.clear(), cases.clear(), targets.clear()

    for text in texts:
        p, c, t = encode(tokenizer, text)
        if len(pieces) + len(p) > WINDOW - 2:
            flush()
        while len(p) > WINDOW - 2:
            cut = _cut(t, WINDOW - 2)
            made.append(Window(tuple(p[:cut]), tuple(c[:cut]), tuple(t[:cut]), silent))
            p, c, t = p[cut:], c[cut:], t[cut:]
        pieces += p
        cases += c
        targets += t
    flush()
    return made


def article_windows(tokenizer: Tokenizer, texts: list[Text], dice: random.Random) -> list[Window]:
    """Articles cut into windows, each time elsewhere: the first cut and one window in eight are of any length."""
    made = []
    for text in texts:
        p, c, t = encode(tokenizer, text)
        first = True
        while p:
            room = dice.randint(LEAST, WINDOW - 2) if first or dice.random() < 1 / 8 else WINDOW - 2
            cut, first = _cut(t, room) if len(p) > room else len(p), False
            made.append(Window(tuple(p[:cut]), tuple(c[:cut]), tuple(t[:cut]), ARTICLES.silent))
            p, c, t = p[cut:], c[cut:], t[cut:]
    return made


def _cut(targets: list[int], room: int) -> int:
    """Where a text of more than `room` pieces is cut: before a word outside all names, if there is one."""
    return max((i for i in range(room // 2, room) if targets[i] == 0), default=room)


def gather(
    tokenizer: Tokenizer, articles: list[Text], sentences: dict[str, list[Text]], dice: random.Random
) -> list[Window]:
    """The training windows of one run, in the order they are shown."""
    chosen = [w for _ in range(ARTICLES.repeats) for w in article_windows(tokenizer, articles, dice)]
    print(f"articles: {len(articles)} texts, {len(chosen)} windows with repeats", flush=True)
    for name, source in SOURCES.items():
        made = windows_of(tokenizer, sentences[name], source.silent)
        if source.windows is not None and len(made) > source.windows:
            made = dice.sample(made, source.windows)
        print(f"{name}: {len(made)} windows", flush=True)
        chosen += made * source.repeats
    dice.shuffle(chosen)
    return _alike_together(chosen, dice)


def _alike_together(windows: list[Window], dice: random.Random) -> list[Window]:
    """Batches of windows of about one length, in chance order: less padding to reckon with."""
    batches = []
    for at in range(0, len(windows), NEIGHBOURS * BATCH):
        near = sorted(windows[at : at + NEIGHBOURS * BATCH], key=lambda w: len(w.pieces))
        group = [near[i : i + BATCH] for i in range(0, len(near), BATCH)]
        dice.shuffle(group)
        batches += group
    return [window for batch in batches for window in batch]
