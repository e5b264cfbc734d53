"""Mutated files of every kind: reading never ends in an exception, never hangs, and never says nothing.

Each kind is read in a process of its own, so that a crash of a library is seen as what it is. An input counts as a
hang when it takes more than HANG_S of processor time; a process that stands still for STILL_S dies and counts as one.
"""

import faulthandler
import random
import subprocess
import sys
import time
from pathlib import Path

from geo.read import read_bytes
from tests.torture import handed
from tests.torture.inputs import sound
from tests.torture.score import Row

HANG_S = 5.0
STILL_S = 120.0
ROOT = Path(__file__).resolve().parents[2]
TOKENS = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\r", b"\n\n\n", b"'", b'"',
    b"<", b"&#0;", b"<![CDATA[", b"]]>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<!ENTITY", b"-1", b"0",
    b"9" * 400, b"1e999", b"NaN", b"null", b"\\u0000", b"\\ud800", b"{" * 300, b"[" * 300, b"<div>" * 300,
    b"../../etc/passwd", b"=cmd|' /C calc'!A0", b"%s%n", b"\xe2\x80\xae", b"endobj", b"/Length 99999999",
    b"Content-Length: 99999999999", b"PK\x03\x04", b"\x1f\x8b\x08", b"PAR1", b"a" * 5000, b"2019-99-99",
    b"0000-00-00", b"9999-12-31", b"\xd9\xa1", b"Content-Type: multipart/mixed; boundary=x", b"--x",
    b"charset=utf-7", b"charset=\xff", b"=?utf-8?b?////?=", b"\x0c", b"---", b"date 2019-09-11 ",
)  # fmt: skip


def mutated(data: bytes, dice: random.Random) -> bytes:
    """One to six changes: flipped, cut out, doubled, moved, ended early, or with something strange put in."""
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 3, 6))):
        at = dice.randrange(len(made) + 1)
        length = dice.choice((1, 4, 40, 400))
        match dice.randrange(7):
            case 0:
                made[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del made[at : at + length]
            case 2:
                made[at:at] = made[at : at + length] * dice.choice((1, 2, 50))
            case 3:
                part = made[at : at + length]
                del made[at : at + length]
                to = dice.randrange(len(made) + 1)
                made[to:to] = part
            case 4:
                del made[at:]
            case 5:
                made[at : at + dice.choice((0, length))] = dice.choice(TOKENS)
            case _:
                made[at : at + length] = bytes(dice.randrange(256) for _ in range(min(length, 40)))
    return bytes(made[:2_000_000])


def attempt(kind: str, data: bytes) -> tuple[bool, str]:
    """Whether something of it was refused, and what is wrong with the way that was done."""
    if kind in handed.KINDS:
        said = handed.refused(kind, data)
        return bool(said), "refused without a reason" if said and " " not in said.strip() else ""
    batch = read_bytes(data, sound()[kind][0])
    if any(not row.reason.strip() for row in batch.rejected):
        return True, "refused without a reason"
    silent = not (batch.articles or batch.coded or batch.rejected)
    return bool(batch.rejected), "neither an article nor a reason" if silent else ""


def read_many(kind: str, first: int, last: int) -> None:
    """Reads the mutations with these numbers and prints what went wrong, then figures; for a process of its own."""
    data = handed.KINDS[kind][0] if kind in handed.KINDS else sound()[kind][1]
    others = [other for _, other in sound().values()]
    slowest, refused = 0.0, 0
    for number in range(first, last):
        dice = random.Random(f"{kind} {number}")
        start = data if dice.random() < 0.95 else dice.choice(others)
        broken = mutated(start, dice)
        faulthandler.dump_traceback_later(STILL_S, exit=True)
        begun = time.process_time()
        try:
            one_refused, fault = attempt(kind, broken)
        except Exception as error:  # whatever it is, it is what is looked for
            print(f"WRONG {kind} {number}: {error!r:.200}", flush=True)
            continue
        taken = time.process_time() - begun
        slowest, refused = max(slowest, taken), refused + one_refused
        if taken > HANG_S:
            print(f"WRONG {kind} {number}: {taken:.1f} s", flush=True)
        if fault:
            print(f"WRONG {kind} {number}: {fault}", flush=True)
    faulthandler.cancel_dump_traceback_later()
    print(f"DONE {refused} {slowest:.3f}", flush=True)


def malformed(kind: str, n: int, first: int = 0) -> Row:
    """The row of one kind, `n` inputs."""
    args = [sys.executable, "-m", "tests.torture.malformed", kind, str(first), str(first + n)]
    done = subprocess.run(args, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    wrong = [line.removeprefix("WRONG ") for line in lines if line.startswith("WRONG")]
    end = next((line.split() for line in lines if line.startswith("DONE")), None)
    if end is None:
        wrong.append(f"the process died ({done.returncode}): {done.stderr.strip()[-300:]}")
        return Row(f"malformed {kind}", f"{n:,} inputs begun", tuple(wrong))
    figures = f"{n:,} inputs, {int(end[1]):,} with something refused, slowest {float(end[2]):.2f} s"
    return Row(f"malformed {kind}", figures, tuple(wrong))


if __name__ == "__main__":
    read_many(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
