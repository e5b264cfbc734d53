"""The README names every command, filter and make target, and only those that exist."""

import re
from pathlib import Path

from geo import cli, filters

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def commands() -> set[str]:
    usage = cli._parser().format_help()
    return set(re.findall(r"^    (\w+)", usage, re.M))


def test_every_command_is_in_the_readme() -> None:
    assert commands()
    assert {c for c in commands() if f"geo {c}" not in README} == set()


def test_every_filter_is_in_the_readme() -> None:
    assert {op.key for op in filters.OPERATORS if f"`{op.key}`" not in README} == set()


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:^    |`)make ([a-z]+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_direct_dependencies_are_pinned_with_a_reason_and_in_the_constraints() -> None:
    constraints = (ROOT / "constraints.txt").read_text("utf-8").casefold()
    for name in ("requirements.txt", "tests/requirements.txt"):
        for line in (ROOT / name).read_text("utf-8").splitlines():
            if not line.startswith("#"):
                assert re.match(r"[\w.-]+==[\w.]+ +# \S", line), line
                assert line.split()[0].casefold().replace("_", "-") in constraints.replace("_", "-"), line
