"""Country files of GeoNames, downloaded when the user asks for them by name; nothing else is ever fetched."""

import re
import shutil
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from geo.locate.geonames import table_in
from geo.records import BadInput, BadOption

ADDRESS = "https://download.geonames.org/export/dump"
"""Where GeoNames keeps its country files (XX.zip)."""
LARGEST_DOWNLOAD = 1 << 30
"""Bytes; the largest country's zip has some 70 MB, allCountries.zip 400 MB."""
PATIENCE_S = 30.0
"""Without a byte for so long, a download is given up."""
LONGEST_S = 3600.0
_USER_AGENT = "Dateline gazetteer fetch"
_BLOCK = 1 << 18
_CODE = re.compile(r"[A-Z]{2}")


class _NoRedirectAway(urllib.request.HTTPRedirectHandler):
    """Redirects stay with http and https, and https stays https."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        there = urlsplit(newurl).scheme
        if there not in ("http", "https") or (req.type == "https" and there != "https"):
            raise urllib.error.URLError(f"it sends on to {newurl[:80]}, which is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def country_code(text: str) -> str:
    """The code in capitals; BadOption for what is none, before anything is asked of the network."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise BadOption(f"{text[:40]!r} is not a two-letter country code such as IQ.")
    return code


def fetch(
    country: str,
    folder: Path,
    *,
    address: str = ADDRESS,
    progress: Callable[[int, int], None] | None = None,
    largest: int = LARGEST_DOWNLOAD,
    patience_s: float = PATIENCE_S,
    longest_s: float = LONGEST_S,
) -> Path:
    """Downloads XX.zip into `folder`, checks that it holds the table XX.txt whole, and gives its path.

    `progress` gets bytes so far and bytes in all (0: not said). Raises BadInput with the reason, and leaves nothing
    behind then.
    """
    code = country_code(country)
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc:
        raise BadOption(f"{address[:80]!r} is not an http or https address.")
    url = f"{address.rstrip('/')}/{code}.zip"
    target, part = folder / f"{code}.zip", folder / f"{code}.zip.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _download(url, part, progress, (largest, patience_s, longest_s))
        _checked(part, code)
        part.replace(target)
    except urllib.error.HTTPError as error:
        why = "GeoNames has no such country" if error.code == 404 else error.reason
        raise BadInput(f"{url} cannot be fetched: {error.code}, {why}.") from error
    except BadInput:
        raise
    except (OSError, ValueError, HTTPException, zipfile.BadZipFile, zlib.error) as error:  # URLError is an OSError
        raise BadInput(f"{url} cannot be fetched: {getattr(error, 'reason', error)}. Try again later.") from error
    finally:
        part.unlink(missing_ok=True)
    return target


def _download(
    url: str, part: Path, progress: Callable[[int, int], None] | None, limits: tuple[int, float, float]
) -> None:
    largest, patience_s, longest_s = limits
    opener = urllib.request.build_opener(_NoRedirectAway)
    request = urllib.request.Request(url, headers={"User-Agent": _USER_AGENT})
    begun = time.monotonic()
    with opener.open(request, timeout=patience_s) as answer, part.open("wb") as out:
        total, done = int(answer.headers.get("Content-Length") or 0), 0
        if max(total, 0) > largest or shutil.disk_usage(part.parent).free < total:
            raise BadInput(f"{url} has {total:,} bytes; that is more than the limit or the free space.")
        while block := answer.read1(_BLOCK):
            out.write(block)
            done += len(block)
            if done > largest:
                raise BadInput(f"{url} is larger than the limit of {largest:,} bytes.")
            if time.monotonic() - begun > longest_s:
                raise BadInput(f"{url} took longer than {longest_s:g} seconds. Try again later.")
            if progress:
                progress(done, total)
        if total and done < total:
            raise BadInput(f"{url} broke off after {done:,} of {total:,} bytes. Try again.")


def _checked(archive: Path, code: str) -> None:
    """The table is there, of a bearable size, and unpacks to what its checksum says."""
    with zipfile.ZipFile(archive) as opened:
        member = table_in(opened, f"{code}.zip")
        with opened.open(member) as table:
            while table.read(_BLOCK):
                pass
