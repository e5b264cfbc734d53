"""python -m geo COMMAND: JSONL in, JSONL or files out; messages and progress on stderr.

Exit status: 0 all done, 1 some inputs failed (each named on stderr), 2 misuse.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from geo import __version__, cli_export, cli_gazetteer, cli_inputs, cli_texts
from geo.cli_arguments import DEFAULT_STORE, whole, with_filters, with_geocoder, with_jobs, with_store
from geo.cli_progress import bar, stoppable
from geo.evaluate import evaluate
from geo.keep import Store, restore
from geo.keep.engine import path_of
from geo.locate import (
    DEFAULT_BUNDLE,
    Gazetteer,
    KeptAnswers,
    Online,
    Tagger,
    Tally,
    default_cache_dir,
    service_of,
    summary,
)
from geo.pipeline import Setup, Tools
from geo.read.fetch import USER_AGENT, Door
from geo.read.polite import Visitor
from geo.records import Article, BadFilter, BadOption, GeoError, StoreError
from geo.reread import holding, reread
from geo.show.export import FORMATS
from geo.watch import Watch, read_states, status
from geo.watch_config import read_config
from geo.workers import Workers

DONE, SOME_FAILED, MISUSE = 0, 1, 2
T = TypeVar("T")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    args = _parser().parse_args(argv)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
        return status
    except (BadFilter, BadOption) as error:
        return _complain(str(error), MISUSE)
    except GeoError as error:
        return _complain(str(error), SOME_FAILED)
    except BrokenPipeError:
        _say_no_more()  # the reader of our output went away (`| head`): not our failure
        return DONE
    except OSError as error:
        _say_no_more()
        where = error.filename or "The output"
        return _complain(f"{where} cannot be read or written: {error.strerror or error}. Check the free space and "
                         "the rights there.", SOME_FAILED)  # fmt: skip
    except KeyboardInterrupt:
        return _complain("Stopped. What was reported as done is kept; run the command again to go on.", SOME_FAILED)


def _say_no_more() -> None:
    """Keeps Python from flushing once more what cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str, status: int) -> int:
    print(message, file=sys.stderr)
    return status


# --- what the commands share


def _bundle() -> Path:
    return Path(os.environ.get("DATELINE_GAZETTEER") or DEFAULT_BUNDLE)


@cache
def _gazetteer() -> Gazetteer:
    with bar("Indexing the gazetteer (first run)", " places") as progress:
        return Gazetteer.open(_bundle(), progress=progress)


@cache
def _tools(geocoder: str = "") -> Tools:
    """Opened once; `geocoder` names the online service that is asked for what the gazetteer lacks, "" for none."""
    gazetteer, setup = _gazetteer(), _setup(geocoder)
    online = Online(setup.service, KeptAnswers(setup.answers), gazetteer) if setup.service and setup.answers else None
    return Tools(gazetteer, Tagger.open(), online)


def _setup(geocoder: str) -> Setup:
    """Plain values for another process; BadInput when the geocoder may not be asked."""
    if not geocoder:
        return Setup(_bundle())
    asked = {part: os.environ.get(f"DATELINE_GEOCODER_{part.upper()}", "") for part in ("agent", "key", "address")}
    return Setup(_bundle(), service_of(geocoder, **asked), default_cache_dir() / "online.sqlite")


def _tell_online(tallies: Sequence[Tally], geocoder: str) -> None:
    said = summary(geocoder, tallies)
    if said:
        print(said, file=sys.stderr)


def _url(args: argparse.Namespace) -> str:
    return str(args.store or os.environ.get("DATELINE_STORE", DEFAULT_STORE))


def _made(args: argparse.Namespace) -> Store:
    """The store, made where there is none yet."""
    return Store.open(_url(args))


def _store(args: argparse.Namespace) -> Store:
    """The store that is there: looking at what is not there, by a slip of the pen, must not make an empty one."""
    path = path_of(_url(args))
    if not path.exists():
        raise StoreError(f"There is no store {path} yet. `ingest` makes one; another is named by --store.")
    return _made(args)


# --- ingest


def _ingest(args: argparse.Namespace) -> int:
    if args.dry_run:
        with _store_to_look_at(args) as store:
            report = cli_inputs.run(args, lambda: store, _tools)
    else:
        report = _reading(args, lambda tools, workers: cli_inputs.run(args, lambda: _made(args), tools, workers))
    return DONE if cli_inputs.tell(report, dry=args.dry_run) else SOME_FAILED


@contextmanager
def _store_to_look_at(args: argparse.Namespace) -> Iterator[Store]:
    """The store, or an empty one that is gone afterwards where there is none yet."""
    if path_of(_url(args)).exists():
        yield _made(args)
        return
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/empty.sqlite")
        yield store
        store.close()


def _watch(args: argparse.Namespace) -> int:
    config = read_config(Path(args.config))
    store = _store(args) if args.status else _made(args)
    if args.status:
        states = list(status(config, store, time.time()))
        print("\n".join(states))
        return SOME_FAILED if any("\tFAILS " in line or "\tMISSING" in line for line in states) else DONE
    door = Door(agent=f"{USER_AGENT}; {config.contact}") if config.contact else Door()
    with stoppable() as stop:
        say = partial(print, file=sys.stderr, flush=True)
        watch = Watch(config, store, _tools, Visitor(door), stop=stop, say=say)
        if args.once:
            well = cli_inputs.tell(watch.look(everything=True).report)
            return DONE if well and not any(state.failures for state in read_states(store).values()) else SOME_FAILED
        watch.run()
    return DONE


def _quarantine_list(args: argparse.Namespace) -> int:
    cli_inputs.list_quarantined(_store(args))
    return DONE


def _quarantine_retry(args: argparse.Namespace) -> int:
    report = cli_inputs.retried(args.origins, _store(args), _tools)
    return DONE if cli_inputs.tell(report) else SOME_FAILED


def _reading(args: argparse.Namespace, work: Callable[[Callable[[], Tools], Workers | None], T]) -> T:
    """`work` with the tools, or with workers where several --jobs are asked for; tells what was asked online."""
    setup = _setup(args.geocoder)
    if args.jobs > 1:
        _gazetteer()  # its index is made once, here, and not by every worker
        with Workers(setup, args.jobs) as workers:
            done = work(_tools, workers)
            _tell_online(workers.tallies(), args.geocoder)
        return done
    opened: list[Tools] = []

    def tools() -> Tools:
        opened[:] = [_tools(args.geocoder)]
        return opened[0]

    done = work(tools, None)
    _tell_online([t.online.tally for t in opened if t.online], args.geocoder)
    return done


def _reread(args: argparse.Namespace) -> int:
    if bool(args.names) == args.all:
        return _complain("Say which articles: the NAMES of places that their text holds, or --all.", MISUSE)
    store = _store(args)
    ids = store.article_ids() if args.all else holding(store, args.names)
    with bar("Reading again") as progress:
        done = _reading(args, lambda tools, workers: reread(ids, store, tools, progress, workers))
    for ident, reason in done.failed:
        print(f"{ident}: {reason}", file=sys.stderr)
    print(f"{done.read} read again, {done.changed} changed, {len(done.failed)} failed", file=sys.stderr)
    return SOME_FAILED if done.failed else DONE


# --- locate, extract, dates


def _texts(work: Callable[[Article, Tools], dict[str, Any]], args: argparse.Namespace) -> int:
    _setup(args.geocoder)  # a geocoder that may not be asked is said once, and not of every line
    well = cli_texts.each_line(lambda article: work(article, _tools(args.geocoder)))
    if args.geocoder and (online := _tools(args.geocoder).online):
        _tell_online([online.tally], args.geocoder)
    return DONE if well else SOME_FAILED


def _dates(args: argparse.Namespace) -> int:
    return DONE if cli_texts.each_line(cli_texts.dated) else SOME_FAILED


# --- export, corrections, evaluate, backup, doctor


def _export(args: argparse.Namespace) -> int:
    cli_export.export(args, _store(args))
    return DONE


def _corrections_list(args: argparse.Namespace) -> int:
    cli_export.list_corrections(_store(args))
    return DONE


def _corrections_export(args: argparse.Namespace) -> int:
    cli_export.export_corrections(args, _store(args))
    return DONE


def _evaluate(args: argparse.Namespace) -> int:
    corpus = Path(args.corpus)
    if not corpus.is_file():
        return _complain(f"There is no corpus file {corpus}; give JSON lines with places, events or dates.", MISUSE)
    print(evaluate(corpus, _tools(), limit=args.limit))
    return DONE


def _backup(args: argparse.Namespace) -> int:
    _store(args).backup(Path(args.file))
    return DONE


def _restore(args: argparse.Namespace) -> int:
    kept = restore(_url(args), Path(args.file))
    print(f"The store is what {args.file} is." + (f" What it was before is in {kept}." if kept else ""),
          file=sys.stderr)  # fmt: skip
    return DONE


def _check(args: argparse.Namespace) -> int:
    """Whether the store is sound, and what it holds."""
    facts = _store_facts(args)
    for key, value in facts.items():
        print(f"{key}\t{value}")
    return DONE if facts["integrity"] == "ok" else SOME_FAILED


def _doctor(args: argparse.Namespace) -> int:
    """What is installed and where, what the store holds, and what is missing."""
    failed = 0
    print(f"dateline\t{__version__}")
    print(f"python\t{sys.version.split()[0]}")
    checks: tuple[tuple[str, Callable[[], Iterator[tuple[str, object]]]], ...] = (
        ("gazetteer", lambda: iter(_gazetteer().info().items())),
        ("tagger", lambda: iter(Tagger.open().info().items())),
        ("store", lambda: iter(_store_state(args).items())),
    )
    for name, check in checks:
        try:
            for key, value in check():
                print(f"{name}.{key}\t{value}")
        except GeoError as error:
            failed += 1
            print(f"{name}\tMISSING\t{error}")
    return SOME_FAILED if failed else DONE


def _store_state(args: argparse.Namespace) -> dict[str, object]:
    """The facts of the store; one that is not made yet is nothing amiss."""
    if not path_of(_url(args)).exists():
        return {"url": _url(args), "made": "not yet; `ingest` makes it"}
    return _store_facts(args)


def _store_facts(args: argparse.Namespace) -> dict[str, object]:
    store = _store(args)
    return {"url": store.url, "integrity": store.integrity(), **store.counts()}


# --- arguments

Commands = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
"""(name, what it runs, what it does in words) -> the parser of its own arguments."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m geo", description=__doc__)
    parser.add_argument("--version", action="version", version=f"dateline {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.set_defaults(run=run)
        return made

    usual = os.environ.get("DATELINE_GEOCODER", "")
    _add_readers(command, usual)
    _add_texts(command, usual)
    _add_outputs(command)
    words = "look names up in the gazetteer, and add to it"
    cli_gazetteer.add_commands(commands.add_parser("gazetteer", help=words, description=words), _bundle(), _gazetteer)
    made = command("evaluate", _evaluate, "our scores on a corpus file, beside a plain baseline")
    made.add_argument("corpus", metavar="CORPUS", help="JSON lines with places, events or dates")
    made.add_argument("--limit", type=whole(), metavar="N",
                      help="only the first N documents; of event corpora N drawn by seed")  # fmt: skip
    _add_care(command)
    return parser


def _add_readers(command: Commands, geocoder: str) -> None:
    """What fills the store."""
    made = with_store(command("ingest", _ingest, "read files and folders, extract, merge, store; idempotent"))
    cli_inputs.add_inputs(made)
    with_jobs(made)
    with_geocoder(made, geocoder)
    made = with_store(command("watch", _watch, "look after feeds and folders, politely, until stopped"))
    made.add_argument("config", metavar="CONFIG", help="a TOML file with [[feed]] url = … and [[folder]] path = …")
    made.add_argument("--once", action="store_true", help="look at everything once and end")
    made.add_argument("--status", action="store_true", help="say which feed fails since when, and ask for nothing")
    made = command("quarantine", _quarantine_list, "what could not be read: named, and read again")
    parts = made.add_subparsers(required=True, metavar="list|retry")
    with_store(parts.add_parser("list", help="inputs and reasons")).set_defaults(run=_quarantine_list)
    retry = with_store(parts.add_parser("retry", help="read them again; what can be read now leaves the quarantine"))
    retry.add_argument("origins", nargs="*", metavar="INPUT", help="only these, as `list` names them; default all")
    retry.set_defaults(run=_quarantine_retry)
    again = with_store(command("reread", _reread, "read stored articles again, with what the gazetteer knows by now"))
    again.add_argument("names", nargs="*", metavar="NAME", help="only articles whose text holds one of these names")
    again.add_argument("--all", action="store_true", help="every article")
    with_jobs(again)
    with_geocoder(again, geocoder)


def _add_texts(command: Commands, geocoder: str) -> None:
    """What answers line by line and keeps nothing."""
    located, extracted = partial(_texts, cli_texts.located), partial(_texts, cli_texts.extracted)
    with_geocoder(command("locate", located, "JSONL on stdin -> places in it, JSONL on stdout"), geocoder)
    made = command("extract", extracted, "JSONL on stdin -> places, events, routes, JSONL on stdout")
    with_geocoder(made, geocoder)
    command("dates", _dates, "JSONL on stdin -> dates in it, JSONL on stdout")


def _add_outputs(command: Commands) -> None:
    """What writes out what the store holds."""
    made = with_store(command("export", _export, "write what the filters ask for to a file or stdout"))
    made.add_argument("--format", choices=sorted(FORMATS), default="geojson", help="default %(default)s")
    made.add_argument("--names", action="store_true", help="also who corrected, and their notes")
    made.add_argument("-o", "--output", metavar="FILE", help="default stdout")
    with_filters(made)
    made = command("corrections", _corrections_list, "the audit trail: what people put right, when and why")
    parts = made.add_subparsers(required=True, metavar="list|export")
    with_store(parts.add_parser("list", help="one line each, oldest first")).set_defaults(run=_corrections_list)
    trailed = with_store(parts.add_parser("export", help="the whole trail as CSV"))
    trailed.add_argument("-o", "--output", metavar="FILE", help="default stdout")
    trailed.set_defaults(run=_corrections_export)


def _add_care(command: Commands) -> None:
    """What keeps the store whole."""
    made = with_store(command("backup", _backup, "a consistent copy of the store"))
    made.add_argument("file", metavar="FILE", help="where to")
    made = with_store(command("restore", _restore, "makes the store what a backup is; the present one is kept aside"))
    made.add_argument("file", metavar="FILE", help="the backup")
    with_store(command("check", _check, "whether the store is sound, and what it holds"))
    with_store(command("doctor", _doctor, "versions, paths, counts, and what is missing"))
