"""Where compiled programs are kept between commands, so that only the first run of a structure pays for compiling it.

Nothing happens on import: the command line calls `keep` before it makes an engine, a notebook may.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
import time
import warnings
import zlib
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from drawdown.errors import printable

DAYS_KEPT = 90  # a program of another version, or of a scenario no longer run, is dropped after this
CHECKED = "checked"  # marks up to when entries are known to be whole


def cache_folder() -> Path:
    """The package's folder in the user's cache: DRAWDOWN_CACHE, else XDG_CACHE_HOME/drawdown, else ~/.cache/drawdown.

    Raises OSError where there is no home folder.
    """
    if named := os.environ.get("DRAWDOWN_CACHE"):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "drawdown"
    except RuntimeError as error:
        raise OSError(str(error)) from error


def processor() -> str:
    """Six letters for what this machine's processor can do: a program compiled on a better one would end in an illegal instruction."""
    told = platform.machine() + platform.processor()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        told += next((line for line in lines if line.startswith(("flags", "Features"))), "")
    except OSError:
        pass  # not Linux
    return hashlib.sha256(told.encode()).hexdigest()[:6]


def keep() -> Path | None:
    """Keep what jax compiles from now on, and use what was kept; returns the folder. Does not import jax itself.

    A folder that the user named (JAX_COMPILATION_CACHE_DIR, or jax's own configuration) is left as it is. Where the cache cannot be
    written, None: a sentence on standard error says so, and everything is compiled anew.
    """
    for name, value in (("jax_persistent_cache_min_compile_time_secs", 0.0), ("jax_persistent_cache_min_entry_size_bytes", -1)):
        if name.upper() not in os.environ:
            configure(name, value)  # small programs too: a second run compiles nothing
    # jax tells of an entry that it cannot read or write as a warning of Python's; either way it compiles, and goes on.
    warnings.filterwarnings("ignore", message="Error (reading|writing) persistent compilation cache entry")
    named = configured("jax_compilation_cache_dir")
    if named is not None:
        return Path(named)
    try:
        folder = cache_folder() / "compiled" / f"jax-{version('jax')}-{processor()}"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        drop_old(folder.parent)
        drop_broken(folder)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        told = printable(f"{where}{error.strerror or error}")
        print(f"compiled programs cannot be kept ({told}): every command compiles anew.", file=sys.stderr)
        return None
    configure("jax_compilation_cache_dir", str(folder))
    return folder


def configure(name: str, value: str | float) -> None:
    """Set an option of jax, now or for when it is imported."""
    if jax := sys.modules.get("jax"):
        jax.config.update(name, value)
    else:
        os.environ[name.upper()] = str(value)


def configured(name: str) -> str | None:
    """An option of jax, as it is or will be."""
    if jax := sys.modules.get("jax"):
        return getattr(jax.config, name, None)
    return os.environ.get(name.upper())


def drop_old(shelf: Path) -> None:
    """Remove entries that were written long ago, of any version."""
    limit = time.time() - DAYS_KEPT * 86400
    for entry in shelf.glob("*/*-cache"):
        with suppress(FileNotFoundError):  # another command drops the same ones
            if entry.stat().st_mtime < limit:
                entry.unlink()


def drop_broken(folder: Path) -> None:
    """Remove entries that a full disk or a kill cut short: jax would pass over them, and never replace them."""
    mark = folder / CHECKED
    since = mark.stat().st_mtime if mark.is_file() else 0.0
    begun = time.time()
    for entry in folder.glob("*-cache"):
        with suppress(FileNotFoundError):
            if entry.stat().st_mtime >= since and not is_whole(entry.read_bytes()):
                entry.unlink()
    mark.touch()
    os.utime(mark, (begun, begun))


def is_whole(entry: bytes) -> bool:
    """Whether an entry can be unpacked; of another compression than zlib only that it is not empty."""
    if not entry.startswith(b"\x78"):
        return bool(entry)
    try:
        zlib.decompress(entry)
    except zlib.error:
        return False
    return True
