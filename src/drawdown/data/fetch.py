"""Gets a source's file from its maker into a cache, checks it, and remembers its checksum; offline it says so and takes a file instead.

The cache is `DRAWDOWN_CACHE`, else `XDG_CACHE_HOME/drawdown`, else `~/.cache/drawdown`. Proxies are those of the environment
(`https_proxy`, `no_proxy`). A download lands under its name only when it is complete and right.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import IO

from drawdown.data.problems import DataError
from drawdown.data.sources import Source

CHUNK = 1 << 20
LARGEST = 2_000_000_000  # bytes; the largest source is about 0.1 GB packed
SECONDS = 60

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """`path` in the cache, its `sha256`, whether it was there already, and how far the checksum can be trusted."""

    path: Path
    sha256: str
    cached: bool
    checked: str


def cache_folder() -> Path:
    """Where downloads are kept."""
    named = os.environ.get("DRAWDOWN_CACHE")
    if named:
        return Path(named) / "data"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "drawdown" / "data"


def names(source: Source, version: str | None = None, country: str | None = None) -> tuple[str, str, str]:
    """Address, file name and version asked for. Raises `DataError` where a country is needed, or a value would leave the folder."""
    chosen = version or source.version
    if "{country}" in source.url + source.file and not country:
        raise DataError.at(source.name, "needs a country;", advice="give its three letters, as in --country IRQ.")
    for label, value in (("version", chosen), ("country", country or "")):
        if value and not all(c.isalnum() or c in "._-" for c in value):
            raise DataError.at(source.name, f"got {label} '{value[:40]}'; expected letters, digits, '.', '_' or '-'.")
    filled = {"version": chosen, "country": country or ""}
    return source.url.format(**filled), source.file.format(**filled), chosen


def get(
    source: Source,
    *,
    file: Path | None = None,
    version: str | None = None,
    country: str | None = None,
    sha256: str | None = None,
    again: bool = False,
    progress: Progress | None = None,
) -> Fetched:
    """The source's file in the cache: as it lies there, copied from `file`, or downloaded.

    The checksum must be `sha256`, else the one known for the version, else that of the first time; the first time it is only kept.
    Raises `DataError` when the machine is offline, the maker wants an account, or the bytes are not the expected ones.
    """
    url, name, chosen = names(source, version, country)
    target = cache_folder() / source.name / name
    known = _known(source, chosen, target)
    expected = sha256 or known
    if target.is_file() and file is None and not again:
        found = digest(target)
        _must_equal(found, expected, target, "the cached file has changed; get it again with --again")
        return Fetched(target, found, True, "same as the first time" if known else "first seen now")
    if file is None and not url:
        raise DataError.at(source.name, f"{source.maker} gives it only through an account or a form.", advice=source.how)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".part-", delete=False) as part:
            holder = Path(part.name)
            try:
                _fill(part, source, url, file, progress)
                part.flush()
                found = digest(holder)
                _must_equal(found, expected, file or url, "nothing was kept; if the maker has published a new file, pass its --sha256")
            except BaseException:
                holder.unlink(missing_ok=True)
                raise
        holder.replace(target)
        _remember(target, source, str(file or url), found)
    except OSError as error:
        raise DataError.at(target, f"cannot be written: {error}") from None
    return Fetched(target, found, False, "as expected" if expected else "kept as the first; later downloads are held to it")


def _fill(part: IO[bytes], source: Source, url: str, file: Path | None, progress: Progress | None) -> None:
    if file is not None:
        if not file.is_file():
            raise DataError.at(file, "there is no such file.")
        with file.open("rb") as given:
            shutil.copyfileobj(given, part, CHUNK)
        return
    request = urllib.request.Request(url, headers={"User-Agent": "drawdown"})
    opener = urllib.request.build_opener()  # reads the proxies of the environment now; the default opener keeps those of its first use
    advice = f"Fetch {url} on a machine with a connection, then: drawdown data get {source.name} --file FILE"
    try:
        with opener.open(request, timeout=SECONDS) as reply:
            size = reply.headers.get("Content-Length")
            total = int(size) if size and size.isdigit() else None
            done = 0
            while chunk := reply.read(CHUNK):
                part.write(chunk)
                done += len(chunk)
                if done > LARGEST:
                    raise DataError.at(url, f"more than {LARGEST} bytes; this is not the expected file.")
                if progress is not None:
                    progress(done, total)
            if total is not None and done != total:
                raise DataError.at(url, f"the connection ended after {done} of {total} bytes.", advice="Try again.")
    except urllib.error.HTTPError as error:
        raise DataError.at(
            url, f"the maker's server answered {error.code} {error.reason}.", advice=f"See {source.page} or use --file."
        ) from None
    except (TimeoutError, urllib.error.URLError, HTTPException, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise DataError.at(url, f"cannot be reached ({reason}); this machine seems to be offline.", advice=advice) from None


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    value = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            value.update(chunk)
    return value.hexdigest()


def _note(target: Path) -> Path:
    return target.with_name(target.name + ".json")


def _known(source: Source, version: str, target: Path) -> str | None:
    if source.sha256 and version in source.sha256:
        return source.sha256[version]
    try:
        kept = json.loads(_note(target).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    value = kept.get("sha256") if isinstance(kept, dict) else None
    return value if isinstance(value, str) else None


def _must_equal(found: str, expected: str | None, where: object, advice: str) -> None:
    if expected is not None and found != expected.lower():
        raise DataError.at(where, f"checksum {found[:16]}... is not the expected {expected[:16]}...;", advice=advice + ".")


def _remember(target: Path, source: Source, origin: str, found: str) -> None:
    record = {
        "source": source.name,
        "from": origin,
        "sha256": found,
        "licence": source.licence,
        "cite": source.cite,
        "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    _note(target).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
