"""python -m geo COMMAND: JSONL in, JSONL or files out; messages and progress on stderr.

Exit status: 0 all done, 1 some inputs failed (each named on stderr), 2 misuse.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache, partial
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

from geo import __version__, cli_gazetteer, cli_inputs, filters
from geo.evaluate import evaluate
from geo.extract import dates_json
from geo.keep import Store, restore
from geo.keep.engine import path_of
from geo.locate import (
    DEFAULT_BUNDLE,
    Gazetteer,
    KeptAnswers,
    Online,
    Relation,
    Tagger,
    Tally,
    default_cache_dir,
    relation_of,
    service_of,
    summary,
)
from geo.locate.edges import marked
from geo.pipeline import Setup, Tools, read, toponyms_of
from geo.read import article_of
from geo.read.fetch import USER_AGENT, Door
from geo.read.polite import Visitor
from geo.records import Article, BadFilter, BadInput, GeoError, Place, Toponym
from geo.reread import holding, reread
from geo.show import review_words, trail
from geo.show.export import FORMATS, write
from geo.show.properties import event_properties, route_properties
from geo.show.shown import Citation, gather
from geo.watch import Watch, read_states, status
from geo.watch_config import read_config
from geo.workers import Workers

DEFAULT_STORE = "sqlite:///dateline.sqlite"
DONE, SOME_FAILED, MISUSE = 0, 1, 2
T = TypeVar("T")
MOST_JOBS = 64


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    args = _parser().parse_args(argv)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
        return status
    except BadFilter as error:
        return _complain(str(error), MISUSE)
    except GeoError as error:
        return _complain(str(error), SOME_FAILED)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): not our failure; keep Python from flushing again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return _complain("Stopped. What was reported as done is kept; run the command again to go on.", SOME_FAILED)


def _complain(message: str, status: int) -> int:
    print(message, file=sys.stderr)
    return status


# --- what the commands share


def _bundle() -> Path:
    return Path(os.environ.get("DATELINE_GAZETTEER") or DEFAULT_BUNDLE)


@cache
def _gazetteer() -> Gazetteer:
    bundle = _bundle()
    bar: list[tqdm[Any]] = []

    def progress(done: int, total: int) -> None:
        if not bar:
            bar.append(tqdm(total=total, desc="Indexing the gazetteer (first run)", unit=" places", leave=False))
        bar[0].update(done - bar[0].n)

    try:
        return Gazetteer.open(bundle, progress=progress)
    finally:
        for b in bar:
            b.close()


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


def _store(args: argparse.Namespace) -> Store:
    return Store.open(_url(args))


def _url(args: argparse.Namespace) -> str:
    return str(args.store or os.environ.get("DATELINE_STORE", DEFAULT_STORE))


def _each_line(work: Callable[[Article], dict[str, Any]], geocoder: str = "") -> int:
    """JSONL from stdin through `work` to stdout; a bad line is named on stderr and the rest goes on."""
    failed = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            article = article_of(line, origin=f"line {number}")
            print(json.dumps(work(article), ensure_ascii=False, allow_nan=False))
        except BadInput as error:
            failed += 1
            print(f"line {number}: {error}", file=sys.stderr)
    if geocoder and (online := _tools(geocoder).online):
        _tell_online([online.tally], geocoder)
    return SOME_FAILED if failed else DONE


# --- ingest


def _ingest(args: argparse.Namespace) -> int:
    if args.dry_run:
        with _store_to_look_at(args) as store:
            report = cli_inputs.run(args, store, _tools)
    else:
        store = _store(args)
        report = _reading(args, lambda tools, workers: cli_inputs.run(args, store, tools, workers))
    return DONE if cli_inputs.tell(report, dry=args.dry_run) else SOME_FAILED


@contextmanager
def _store_to_look_at(args: argparse.Namespace) -> Iterator[Store]:
    """The store, or an empty one that is gone afterwards where there is none yet."""
    url = args.store or os.environ.get("DATELINE_STORE", DEFAULT_STORE)
    if path_of(url).exists():
        yield Store.open(url)
        return
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/empty.sqlite")
        yield store
        store.close()


def _watch(args: argparse.Namespace) -> int:
    config, store = read_config(Path(args.config)), _store(args)
    if args.status:
        states = list(status(config, store, time.time()))
        print("\n".join(states))
        return SOME_FAILED if any("\tFAILS " in line or "\tMISSING" in line for line in states) else DONE
    door = Door(agent=f"{USER_AGENT}; {config.contact}") if config.contact else Door()
    with cli_inputs.stoppable() as stop:
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
    with tqdm(total=len(ids), desc="Reading again", unit=" articles", leave=False) as bar:

        def progress(done: int, _: int) -> None:
            bar.update(done - bar.n)

        done = _reading(args, lambda tools, workers: reread(ids, store, tools, progress, workers))
    for ident, reason in done.failed:
        print(f"{ident}: {reason}", file=sys.stderr)
    print(f"{done.read} read again, {done.changed} changed, {len(done.failed)} failed", file=sys.stderr)
    return SOME_FAILED if done.failed else DONE


# --- locate, extract, dates


def toponym_json(toponym: Toponym, text: str) -> dict[str, Any]:
    """One toponym as `locate` prints it; lat and lon are null, with a reason, when it has no place.

    A head noun in small letters stays out of the phrase ("Anbar" of "Anbar province"), though it was looked up too.
    Coordinates are the named place's own; what lies "15 km south of" it is said by precision, radius and the last
    reason.
    """
    place, mention = toponym.place, toponym.mention
    span = marked(text, mention)
    relation = relation_of(text, mention.span, place) if place else None
    said = (_relation_words(relation),) if relation and relation.words else ()
    return {
        "start": span.start,
        "end": span.end,
        "phrase": text[span.start : span.end],
        "kind": mention.kind.value,
        "nested_in": mention.nested_in or None,
        **_place_json(place),
        "geo_precision": relation.precision.value if relation else None,
        "radius_km": round(relation.radius_km, 3) if relation else None,
        "score": round(toponym.score, 4),
        "reasons": [*toponym.reasons, *said],
        "alternatives": [_place_json(other) | {"score": score and round(score, 4)} for other, score
                         in zip_longest(toponym.alternatives, toponym.alternative_scores)],
        "unresolved": toponym.unresolved.value if toponym.unresolved else None,
    }


def _relation_words(relation: Relation) -> str:
    """What the words beside a name add: the relation, and the point meant where it could be reckoned."""
    if not relation.moved:
        return f"the words beside it: “{relation.words}”"
    lon, lat = relation.point
    return f"the words beside it: “{relation.words}”, about {lat:.4f}, {lon:.4f}"


def _place_json(place: Place | None) -> dict[str, Any]:
    if place is None:
        keys = ("lat", "lon", "gazetteer_id", "geonameid", "name", "country_code", "feature_code")
        return dict.fromkeys(keys)
    prefix, _, number = place.gazetteer_id.partition(":")
    return {
        "lat": place.point.lat,
        "lon": place.point.lon,
        "gazetteer_id": place.gazetteer_id,
        "geonameid": int(number) if prefix == "gn" else None,
        "name": place.name,
        "country_code": place.country_code or None,
        "feature_code": place.feature_code,
    }


def _located(article: Article, geocoder: str = "") -> dict[str, Any]:
    toponyms = toponyms_of(article, _tools(geocoder))
    return {"id": article.id, "toponyms": [toponym_json(t, article.text) for t in toponyms]}


def _extracted(article: Article, geocoder: str = "") -> dict[str, Any]:
    found = read(article, _tools(geocoder))
    by_id = {article.id: article}
    return {
        "id": article.id,
        "toponyms": [toponym_json(t, article.text) for t in found.toponyms],
        "events": [event_properties(e, by_id) | _evidence(e.evidence[0].span) for e in found.events],
        "routes": [route_properties(r, by_id) | _evidence(r.evidence[0].span) for r in found.routes],
    }


def _each_line_asking(work: Callable[[Article, str], dict[str, Any]], args: argparse.Namespace) -> int:
    return _each_line(lambda article: work(article, args.geocoder), args.geocoder)


def _evidence(span: Any) -> dict[str, Any]:
    return {"evidence": {"start": span.start, "end": span.end}}


def _dated(article: Article) -> dict[str, Any]:
    return dates_json(article.id, article.text, article.published)


# --- export, gazetteer, evaluate, backup, doctor


def _asked(args: argparse.Namespace) -> filters.Filter:
    pairs: list[tuple[str, str]] = []
    for op in filters.OPERATORS:
        value = getattr(args, op.field)
        pairs += [(op.key, v) for v in (value or [])]
    return filters.read(pairs)


def _export(args: argparse.Namespace) -> int:
    asked, store = _asked(args), _store(args)
    version = store.version()
    known = {source or filters.NO_SOURCE for source, _ in store.sources()}
    for source in asked.sources:
        if source not in known:
            raise BadFilter(f"No article has the source {source!r}; the sources are {', '.join(sorted(known))}.")
    cited = Citation(asked, date.today(), version)
    shown = gather(store, asked, cited, events=asked.wants_events, routes=asked.wants_routes)
    if args.output:
        temporary = Path(f"{args.output}.tmp")
        with temporary.open("wb") as out:
            write(args.format, shown, out)
        temporary.replace(args.output)
    else:
        write(args.format, shown, sys.stdout.buffer)
    print(f"{len(shown.events)} events, {len(shown.routes)} routes", file=sys.stderr)
    print(shown.citation(), file=sys.stderr)
    return DONE


def _corrections_list(args: argparse.Namespace) -> int:
    for entry in _store(args).corrections():
        print(f"{entry.id}  {review_words.trail_line(entry)}")
    return DONE


def _corrections_export(args: argparse.Namespace) -> int:
    entries = _store(args).corrections()
    if args.output:
        temporary = Path(f"{args.output}.tmp")
        with temporary.open("wb") as out:
            trail.write(entries, out)
        temporary.replace(args.output)
    else:
        trail.write(entries, sys.stdout.buffer)
    print(f"{len(entries)} corrections", file=sys.stderr)
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
        ("store", lambda: iter(_store_facts(args).items())),
    )
    for name, check in checks:
        try:
            for key, value in check():
                print(f"{name}.{key}\t{value}")
        except GeoError as error:
            failed += 1
            print(f"{name}\tMISSING\t{error}")
    return SOME_FAILED if failed else DONE


def _store_facts(args: argparse.Namespace) -> dict[str, object]:
    store = _store(args)
    return {"url": store.url, "integrity": store.integrity(), **store.counts()}


# --- arguments


def _jobs(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{number} is not a number of processes from 1 to {MOST_JOBS}")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m geo", description=__doc__)
    parser.add_argument("--version", action="version", version=f"dateline {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.set_defaults(run=run)
        return made

    def with_store(made: argparse.ArgumentParser) -> argparse.ArgumentParser:
        made.add_argument("--store", metavar="URL", help=f"default $DATELINE_STORE or {DEFAULT_STORE}")
        return made

    def with_geocoder(made: argparse.ArgumentParser) -> None:
        made.add_argument("--geocoder", default=os.environ.get("DATELINE_GEOCODER", ""), metavar="NAME",
                          help="ask nominatim, photon, geonames, arcgis or opencage for places that the gazetteer "
                               "lacks; needs DATELINE_GEOCODER_AGENT")  # fmt: skip

    def with_jobs(made: argparse.ArgumentParser) -> None:
        made.add_argument("--jobs", type=_jobs, default=1, metavar="N", help="processes that read; default 1")
        with_geocoder(made)

    made = with_store(command("ingest", _ingest, "read files and folders, extract, merge, store; idempotent"))
    cli_inputs.add_inputs(made)
    with_jobs(made)
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
    located, extracted = partial(_each_line_asking, _located), partial(_each_line_asking, _extracted)
    with_geocoder(command("locate", located, "JSONL on stdin -> places in it, JSONL on stdout"))
    with_geocoder(command("extract", extracted, "JSONL on stdin -> places, events, routes, JSONL on stdout"))
    command("dates", lambda _: _each_line(_dated), "JSONL on stdin -> dates in it, JSONL on stdout")

    made = with_store(command("export", _export, "write what the filters ask for to a file or stdout"))
    made.add_argument("--format", choices=sorted(FORMATS), default="geojson")
    made.add_argument("-o", "--output", metavar="FILE")
    for op in filters.OPERATORS:
        made.add_argument(f"--{op.key.replace('_', '-')}", dest=op.field, action="append", metavar=op.field.upper())

    made = command("corrections", _corrections_list, "the audit trail: what people put right, when and why")
    parts = made.add_subparsers(required=True, metavar="list|export")
    with_store(parts.add_parser("list", help="one line each, oldest first")).set_defaults(run=_corrections_list)
    trailed = with_store(parts.add_parser("export", help="the whole trail as CSV"))
    trailed.add_argument("-o", "--output", metavar="FILE")
    trailed.set_defaults(run=_corrections_export)

    words = "look names up in the gazetteer"
    cli_gazetteer.add_commands(commands.add_parser("gazetteer", help=words, description=words), _bundle(), _gazetteer)

    made = command("evaluate", _evaluate, "our scores on a corpus file, beside a plain baseline")
    made.add_argument("corpus")
    made.add_argument("--limit", type=int, help="only the first N documents; of event corpora N drawn by seed")

    with_store(command("backup", _backup, "a consistent copy of the store")).add_argument("file", metavar="FILE")
    made = with_store(command("restore", _restore, "makes the store what a backup is; the present one is kept aside"))
    made.add_argument("file", metavar="FILE")
    with_store(command("check", _check, "whether the store is sound, and what it holds"))
    with_store(command("doctor", _doctor, "versions, paths, counts, and what is missing"))
    return parser
