"""The README names every command, filter and make target, and only those that exist."""

import re
import textwrap
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from geo import cli, filters
from geo.show import access, logins, pace
from geo.show.pages import login

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


def test_the_set_up_of_access_names_what_the_code_reads() -> None:
    """Both set-ups were tried as they stand there: tests/browser/test_login.py starts with these keys."""
    told = (ROOT / "docs/access.md").read_text("utf-8")
    (toml,), (nginx,) = (re.findall(rf"```{kind}\n(.*?)```", told, re.S) for kind in ("toml", "nginx"))
    keys = tomllib.loads(textwrap.dedent(toml))["auth"]
    tried = (ROOT / "tests/browser/test_login.py").read_text("utf-8")
    assert all(re.search(rf"f'{key} = |f'{key}=", tried) for key in keys), keys
    assert urlsplit(keys["redirect_uri"]).path == login.CALLBACK
    headers = set(re.findall(r"proxy_set_header (X-\S+)", nginx))
    assert {h.lower() for h in headers} == {access.USER_HEADER, access.SECRET_HEADER}
    source = (ROOT / "geo/show/access.py").read_text("utf-8")
    assert [name for name in re.findall(r"DATELINE_[A-Z_]+", told) if name not in source] == []
    assert f"{logins.LASTS_DAYS} days" in told.replace("seven", "7")
    assert "600 times at once" in (ROOT / "SECURITY.md").read_text("utf-8")
    assert (pace.AT_ONCE, pace.PER_S, pace.CROWD) == (600, 4, 50), "SECURITY.md promises these"


def test_direct_dependencies_are_pinned_with_a_reason_and_in_the_constraints() -> None:
    constraints = (ROOT / "constraints.txt").read_text("utf-8").casefold()
    for name in ("requirements.txt", "tests/requirements.txt"):
        for line in (ROOT / name).read_text("utf-8").splitlines():
            if not line.startswith("#"):
                assert re.match(r"[\w.-]+==[\w.]+ +# \S", line), line
                assert line.split()[0].casefold().replace("_", "-") in constraints.replace("_", "-"), line
