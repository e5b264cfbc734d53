"""Small files that would become huge: refused, quickly, in little memory. Each in a process of its own."""

import gzip
import io
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.torture.score import Row

ROOT = Path(__file__).resolve().parents[2]
MEMORY_MB = 300
REFUSED_S = 10.0
"""Of processor time; the ordinary bombs take hundredths of this."""
READ = """
import pathlib, re, resource, sys, time
from geo.read import read_bytes
data = sys.stdin.buffer.read()
begun = time.process_time()
batch = read_bytes(data, sys.argv[1])
taken = time.process_time() - begun
own = pathlib.Path("/proc/self/status")  # what getrusage says is, on Linux, the parent's where that was larger
found = re.search(r"VmHWM:\\s*(\\d+)", own.read_text()) if own.exists() else None
peak = (int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024
length = sum(len(a.text) for a in batch.articles)
print(len(batch.rejected), length, f"{taken:.2f}", f"{peak:.0f}")
"""


def _zeros(mb: int) -> bytes:
    """A gzip stream of so many MB of blanks, made without holding them."""
    packer, out = zlib.compressobj(9, zlib.DEFLATED, 31), []
    for _ in range(mb):
        out.append(packer.compress(b" " * 1_000_000))
    return b"".join([*out, packer.flush()])


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _overlapping() -> bytes:
    """Many entries of the directory that point at one member."""
    data = bytearray(_zipped({"a.txt": b" " * 1_000_000}))
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry, tail, many = bytes(data[start:end]), bytearray(data[end:]), 9_000
    tail[8:12] = many.to_bytes(2, "little") * 2
    tail[12:16] = (len(entry) * many).to_bytes(4, "little")
    return bytes(data[:start]) + entry * many + bytes(tail)


def _laughs() -> str:
    names = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE r [<!ENTITY a0 "ha">{names}]><rss><channel><item><title>&a11;</title></item></channel></rss>'


def _flate_pdf() -> bytes:
    stream = zlib.compress(b"(a) Tj " * 30_000_000, 9)
    head = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>"
            b"endobj 3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R>>endobj 4 0 obj<</Filter/FlateDecode/Length "
            )  # fmt: skip
    return head + str(len(stream)).encode() + b">>stream\n" + stream + b"\nendstream endobj trailer<</Root 1 0 R>>"


def bombs() -> dict[str, tuple[str, Callable[[], bytes]]]:
    """Name -> file name, and what makes it."""
    return {
        "gzip of 400 MB": ("a.txt.gz", lambda: _zeros(400)),
        "gzip in gzip": ("a.txt.gz", lambda: gzip.compress(_zeros(400))),
        "page of 400 MB in gzip": ("a.html.gz", lambda: _zeros(400)),
        "ZIP of 400 MB": ("a.zip", lambda: _zipped({"a.txt": b" " * 400_000_000})),
        "ZIP of ZIPs": ("a.zip", lambda: _zipped({f"{n}.zip": _zipped({"a.txt": b" " * 10**7}) for n in range(9)})),
        "ZIP of one member 9,000 times": ("a.zip", _overlapping),
        "ZIP of 60,000 members": ("a.zip", lambda: _zipped({f"{n}.txt": b"x" for n in range(60_000)})),
        "workbook of 300 MB": ("a.xlsx", lambda: _zipped({"xl/workbook.xml": b"<x>" + b" " * 300_000_000})),
        "web archive in gzip": ("a.warc.gz", lambda: _zeros(400)),
        "headers in a web archive": ("a.warc.gz", lambda: gzip.compress(b"WARC/1.0\r\n" + b"a: b\r\n" * 40_000_000)),
        "entities in a feed": ("a.rss", lambda: _laughs().encode()),
        "entities in a page": ("a.html", lambda: _laughs().encode()),
        "20,000 nested tags": ("a.html", lambda: b"<div>" * 20_000 + b"x" * 1000),
        "100,000 brackets": ("a.json", lambda: b"[" * 100_000),
        "a line of 9 MB": ("a.txt", lambda: b"a" * 9_000_000),
        "9 MB of commas": ("a.csv", lambda: b"text\n" + b"," * 9_000_000),
        "PDF stream of 200 MB": ("a.pdf", _flate_pdf),
    }  # fmt: skip


def explode(name: str) -> Row:
    """The row of one bomb."""
    file, make = bombs()[name]
    data = make()
    done = subprocess.run([sys.executable, "-c", READ, file], cwd=ROOT, input=data, capture_output=True, check=False)
    figures = done.stdout.decode().split()
    if len(figures) != 4:
        return Row(f"bomb: {name}", f"{len(data):,} bytes", (f"died ({done.returncode}): {done.stderr[-200:]!r}",))
    rejected, length, taken, peak = int(figures[0]), int(figures[1]), float(figures[2]), int(figures[3])
    wrong = []
    if not rejected and length > 20_000_000:
        wrong.append(f"{length:,} letters were taken in")
    if peak > MEMORY_MB:
        wrong.append(f"{peak} MB of memory")
    if taken > REFUSED_S:
        wrong.append(f"{taken} s of processor time")
    said = "refused" if rejected else "read within bounds"
    return Row(f"bomb: {name}", f"{len(data):,} bytes {said}; {taken:.2f} s, {peak} MB", tuple(wrong))
