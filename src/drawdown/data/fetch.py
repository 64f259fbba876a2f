"""Gets a source's file from its maker into a cache, checks it, and remembers its checksum; offline it says so and takes a file instead.

The cache is `DRAWDOWN_CACHE`, else `XDG_CACHE_HOME/drawdown`, else `~/.cache/drawdown`. Proxies are those of the environment
(`https_proxy`, `no_proxy`). Pooch downloads; a file lands under its name only when it is complete and right.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from drawdown.data.problems import DataError
from drawdown.data.sources import DataSource

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


def names(source: DataSource, version: str | None = None, country: str | None = None) -> tuple[str, str, str]:
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
    source: DataSource,
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
        if expected is not None and found != expected.lower():
            raise _unexpected(target, expected, f"it is {found[:16]}..., so the cached file has changed; get it again with --again.")
        return Fetched(target, found, True, "same as the first time" if known else "first seen now")
    if file is None and not url:
        raise DataError.at(source.name, f"{source.maker} gives it only through an account or a form.", advice=source.how)
    if file is not None and not file.is_file():
        raise DataError.at(file, "there is no such file.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # In a folder of its own beside its place: what lies there under its name stays until the new file is whole and right.
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".part-") as beside:
            _retrieve(source, url, file, Path(beside) / name, expected, progress).replace(target)
        found = digest(target)
        _remember(target, source, str(file or url), found)
    except OSError as error:
        raise DataError.at(target, f"cannot be written: {error}") from None
    return Fetched(target, found, False, "as expected" if expected else "kept as the first; later downloads are held to it")


@dataclass(slots=True)
class _Count:
    """What pooch tells of a download's progress, as it would tell a bar of tqdm; ends one that is larger than any source."""

    url: str
    told: Progress | None
    total: int = 0
    done: int = 0

    def reset(self) -> None:
        """Pooch counts in whole pieces, and puts that right at the end."""
        self.done = 0

    def update(self, size: int) -> None:
        """So many bytes more."""
        self.done += size
        if self.done > LARGEST + CHUNK:
            raise DataError.at(self.url, f"more than {LARGEST} bytes; this is not the expected file.")
        if self.told is not None and size:
            self.told(min(self.done, self.total) if self.total else self.done, self.total or None)

    def close(self) -> None:
        """Nothing to close."""


def _retrieve(source: DataSource, url: str, file: Path | None, target: Path, expected: str | None, progress: Progress | None) -> Path:
    """The file at `target`, copied or downloaded, whole and with the checksum that is expected."""
    import pooch
    import requests

    def copied(origin: str, to: str, _: object) -> None:
        shutil.copyfile(origin, to)

    pooch.get_logger().setLevel("ERROR")  # what it does is told by us
    headers = {"User-Agent": "drawdown", "Accept-Encoding": "identity"}  # the bytes as the maker keeps them
    download = pooch.HTTPDownloader(progressbar=_Count(url, progress), chunk_size=CHUNK, timeout=SECONDS, headers=headers)
    try:
        origin, how = (str(file), copied) if file is not None else (url, download)
        return Path(pooch.retrieve(origin, expected and f"sha256:{expected}", target.name, target.parent, downloader=how))
    except ValueError:
        advice = "nothing was kept; if the maker has published a new file, pass its --sha256."
        raise _unexpected(file or url, expected or "", advice) from None
    except requests.HTTPError as error:
        told = f"the maker's server answered {str(error).partition(' for url')[0]}."
        raise DataError.at(url, told, advice=f"See {source.page} or use --file.") from None
    except requests.exceptions.ChunkedEncodingError:
        raise DataError.at(url, "the connection ended before the file was whole.", advice="Try again.") from None
    except requests.RequestException as error:
        advice = f"Fetch {url} on a machine with a connection, then: drawdown data get {source.name} --file FILE"
        raise DataError.at(url, f"cannot be reached ({_reason(error)}); this machine seems to be offline.", advice=advice) from None


def _reason(error: BaseException) -> str:
    """What lies under the layers of a failed connection."""
    while (below := getattr(error, "reason", None) or error.__context__) is not None and below is not error:
        error = below
    return str(error)


def _unexpected(where: object, expected: str, advice: str) -> DataError:
    return DataError.at(where, f"the checksum is not the expected {expected[:16]}...;", advice=advice)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _note(target: Path) -> Path:
    return target.with_name(target.name + ".json")


def _known(source: DataSource, version: str, target: Path) -> str | None:
    if source.sha256 and version in source.sha256:
        return source.sha256[version]
    try:
        kept = json.loads(_note(target).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    value = kept.get("sha256") if isinstance(kept, dict) else None
    return value if isinstance(value, str) else None


def _remember(target: Path, source: DataSource, origin: str, found: str) -> None:
    record = {
        "source": source.name,
        "from": origin,
        "sha256": found,
        "licence": source.licence,
        "cite": source.cite,
        "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    _note(target).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
