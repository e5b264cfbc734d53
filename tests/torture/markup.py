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
TESTS = ("tests/browser/test_layer.py", "tests/browser/test_html_export.py", "tests/browser/test_page.py",
         "tests/browser/test_review.py")  # fmt: skip
CHOSEN = "no_text_runs or hostile or plain_text or as_text or runs_as_code or stays_text"


def markup() -> Row:
    """Needs Chromium, as the browser tests do."""
    args = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS, "-k", CHOSEN]
    done = subprocess.run(args, cwd=ROOT, capture_output=True, text=True, check=False)
    passed = re.search(r"(\d+) passed", done.stdout)
    wrong = [] if done.returncode == 0 and passed else [done.stdout.strip()[-400:]]
    figures = f"{len(HOSTILE)} strings and more in {passed[1] if passed else 0} browser tests; one run is an error"
    return Row("markup in a browser", figures, tuple(wrong))
