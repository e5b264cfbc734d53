"""What is no longer needed goes back to the system."""

import subprocess
import sys

HOLES = """
import sys
from pathlib import Path
from geo.allocator import few_arenas, give_back
def kb():
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4
assert few_arenas() or "linux" not in sys.platform
held = [bytearray(12_000) for _ in range(30_000)]
full = kb()
del held[1::2], held[::50]
before = kb()
give_back()
print(full, before, kb())
"""


def test_memory_between_what_is_in_use_goes_back() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    full, before, after = map(int, done.stdout.split())
    assert before > 0.95 * full, "by itself hardly any goes: what is in use lies in between"
    assert before - after > 80_000, "of 180 MB; pages that are in use in part stay"
