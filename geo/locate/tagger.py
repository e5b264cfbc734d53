"""Text -> labelled spans, by the small transformer in data/models/place-tagger (onnxruntime, no torch)."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from geo.locate.quiet import onnxruntime
from geo.records import ModelMissing

DEFAULT = Path(__file__).resolve().parents[2] / "data" / "models" / "place-tagger"
IMPOSSIBLE = -1e9
_SURROGATES = re.compile("[\ud800-\udfff]")


class TaggerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """config.json beside the model; written by data/build/tagger.py."""

    labels: tuple[str, ...]
    cases: tuple[str, ...]
    window: int
    """Word pieces in one window, the two end marks included."""
    overlap: int
    sha256: dict[str, str]
    """Digest of each file the tagger reads, by file name."""


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """Code points [start, end) of the text as given; label is a class (PLACE, DEMONYM, ORG, PER, OTHER)."""

    start: int
    end: int
    label: str
    score: float
    """Mean probability of the class over the words of the span."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text as the model reads them.

    Word i is code points starts[i] to ends[i] and begins with piece first[i].
    """

    pieces: list[int]
    cases: list[int]
    first: list[int]
    starts: list[int]
    ends: list[int]


def case_of(word: str) -> int:
    """Number of a word's case in the model's list none, lower, title, upper, mixed; one capital alone is title."""
    if word.islower():
        return 1
    if word.isupper():
        return 2 if len(word) == 1 else 3
    return 2 if word.istitle() else 4 if any(c.isupper() for c in word) else 0


class Tagger:
    """The model, held open. One thread by default: articles are spread over processes, not over cores."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, config: TaggerConfig) -> None:
        self._session, self._tokenizer, self._config = session, tokenizer, config
        self._ends = (tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]"))
        self._classes = tuple(label.partition("-")[2] for label in config.labels)
        self._inside = np.array([label.startswith("I-") for label in config.labels])
        self._barred = np.array([[IMPOSSIBLE if late.startswith("I-") and early[2:] != late[2:] else 0.0
                                  for late in config.labels] for early in config.labels])

    @classmethod
    def open(cls, folder: Path = DEFAULT, *, threads: int = 1) -> Self:
        """Reads the folder and checks the digest of every file; ModelMissing says which file is absent or changed."""
        config = msgspec.json.decode(_read(folder / "config.json"), type=TaggerConfig)
        contents = {name: _read(folder / name) for name in sorted(config.sha256)}
        for name, content in contents.items():
            if hashlib.sha256(content).hexdigest() != config.sha256[name]:
                raise ModelMissing(f"{folder / name} is not the file that config.json names (its sha256 differs). "
                                   "Restore data/models/place-tagger from the repository, or rebuild it.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        model = contents["model.int8.onnx"]
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_str(contents["tokenizer.json"].decode("utf-8"))
        return cls(session, tokenizer, config)

    def info(self) -> dict[str, str]:
        """What is loaded: the labels and the sha256 of each file."""
        return {"labels": " ".join(self._config.labels), **dict(self._config.sha256)}

    def tag(self, text: str) -> tuple[TaggedSpan, ...]:
        """Spans in text order, none overlapping another, each of whole words and within one line."""
        words = self._split(_SURROGATES.sub("?", text))
        if not words.starts:
            return ()
        logs = self._logs(words)
        gaps = zip(words.ends, words.starts[1:], strict=False)
        fresh = np.array([True, *("\n" in text[a:b] for a, b in gaps)])
        return self._spans(words, logs, self._decode(logs, fresh))

    def _split(self, text: str) -> _Words:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        words = _Words(encoding.ids, [], [], [], [])
        last = None
        for at, (word, (start, end)) in enumerate(zip(encoding.word_ids, encoding.offsets, strict=True)):
            if word == last:
                words.ends[-1] = end
            else:
                words.first.append(at)
                words.starts.append(start)
                words.ends.append(end)
            last = word
        for number, start in enumerate(words.starts):
            stop = words.first[number + 1] if number + 1 < len(words.first) else len(words.pieces)
            words.cases.extend([case_of(text[start:words.ends[number]])] * (stop - words.first[number]))
        return words

    def _windows(self, words: _Words) -> list[tuple[int, int]]:
        """Ranges of words; each fits the model, neighbours share about `overlap` pieces."""
        room, borders = self._config.window - 2, [*words.first, len(words.pieces)]
        windows, start = [], 0
        while True:
            stop = max(int(np.searchsorted(borders, borders[start] + room, side="right")) - 1, start + 1)
            windows.append((start, stop))
            if stop >= len(words.first):
                return windows
            start = max(int(np.searchsorted(borders, borders[stop] - self._config.overlap)), start + 1)

    def _logs(self, words: _Words) -> NDArray[np.float64]:
        """Log probabilities (word, label); where windows overlap, the one with more context on the near side."""
        logs = np.full((len(words.first), len(self._config.labels)), 0.0)
        context = np.full(len(words.first), -1)
        borders = [*words.first, len(words.pieces)]
        for start, stop in self._windows(words):
            low, high = borders[start], min(borders[stop], borders[start] + self._config.window - 2)
            values = self._run(words.pieces[low:high], words.cases[low:high])
            for word in range(start, stop):
                left = len(words.first) if start == 0 else word - start
                right = len(words.first) if stop == len(words.first) else stop - 1 - word
                if min(left, right) > context[word]:
                    context[word] = min(left, right)
                    logs[word] = values[words.first[word] - low + 1]
        return logs

    def _run(self, pieces: list[int], cases: list[int]) -> NDArray[np.float64]:
        ids = np.array([[self._ends[0], *pieces, self._ends[1]]], dtype=np.int64)
        kinds = np.array([[0, *cases, 0]], dtype=np.int64)
        answer: Any = self._session.run(["logits"], {"pieces": ids, "cases": kinds})
        logits = answer[0][0].astype(np.float64)
        top = logits.max(axis=-1, keepdims=True)
        return logits - top - np.log(np.exp(logits - top).sum(axis=-1, keepdims=True))  # type: ignore[no-any-return]

    def _decode(self, logs: NDArray[np.float64], fresh: NDArray[np.bool_]) -> list[int]:
        """The likeliest path of labels (Viterbi); an inside label follows its own class, on the same line."""
        best = logs[0] + np.where(self._inside, IMPOSSIBLE, 0.0)
        back = np.zeros(logs.shape, dtype=np.int64)
        for word in range(1, len(logs)):
            step = best[:, None] + self._barred
            back[word] = step.argmax(axis=0)
            best = step.max(axis=0) + logs[word]
            if fresh[word]:
                best = best + np.where(self._inside, IMPOSSIBLE, 0.0)
        path = [int(best.argmax())]
        for word in range(len(logs) - 1, 0, -1):
            path.append(int(back[word][path[-1]]))
        return path[::-1]

    def _spans(self, words: _Words, logs: NDArray[np.float64], path: list[int]) -> tuple[TaggedSpan, ...]:
        found, word = [], 0
        while word < len(path):
            name, start = self._classes[path[word]], word
            word += 1
            if not name:
                continue
            while word < len(path) and self._inside[path[word]] and self._classes[path[word]] == name:
                word += 1
            columns = [i for i, c in enumerate(self._classes) if c == name]
            score = float(np.exp(logs[start:word, columns]).sum(axis=1).mean())
            found.append(TaggedSpan(words.starts[start], words.ends[word - 1], name, min(score, 1.0)))
        return tuple(found)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelMissing(f"The place tagger's file {path} cannot be read ({error.strerror}). "
                           "Restore data/models/place-tagger from the repository, or rebuild it.") from error
