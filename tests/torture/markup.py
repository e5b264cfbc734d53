"""Strings that would run as code, in every place of page, map, popup and export where text is shown: none runs.

The strings and the places are those of the browser tests; this runs them and counts.
"""

import re
import subprocess
import sys
from pathlib import Path

from tests.browser.layer_app import HOSTILE
from tests.torture.score import Row

ROOT = Path(__file__).resolve().parents[2]
TESTS = "tests/browser"
CHOSEN = "no_text_runs or hostile or plain_text or as_text or runs_as_code or stays_text"
LEAST = 10
"""Tests; fewer would mean that they were renamed and are not run."""


def markup() -> Row:
    """Needs Chromium, as the browser tests do."""
    args = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", TESTS, "-k", CHOSEN]
    done = subprocess.run(args, cwd=ROOT, capture_output=True, text=True, check=False)
    passed = re.search(r"(\d+) passed", done.stdout)
    number = int(passed[1]) if passed else 0
    wrong = [] if done.returncode == 0 and number >= LEAST else [(done.stdout + done.stderr).strip()[-400:]]
    figures = f"{len(HOSTILE)} strings and more in {number} browser tests; one run is an error"
    return Row("markup in a browser", figures, tuple(wrong))
