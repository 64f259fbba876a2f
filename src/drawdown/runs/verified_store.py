"""A Zarr store that hands out only what the run wrote: each file is held against its sum, and a lost one is an error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from functools import cached_property
from pathlib import Path

from zarr.abc.store import ByteRequest
from zarr.core.buffer import Buffer, BufferPrototype, default_buffer_prototype
from zarr.storage import LocalStore

from drawdown.runs.disk import RESTORE, StoreError
from drawdown.runs.sums import Stamp, check, checked_bytes

SMALL = 1 << 20  # bytes


class VerifiedStore(LocalStore):
    """Read-only; `listed` are the files under `root` by name. What is not listed is not there, whatever lies in the folder."""

    def __init__(self, root: Path, listed: Mapping[str, Stamp]) -> None:
        super().__init__(root, read_only=True)
        self.listed = listed

    def with_read_only(self, read_only: bool = False) -> VerifiedStore:
        """Itself: it cannot be written to."""
        if not read_only:
            raise ValueError("a finished run is not written to")
        return self

    def stamp(self, key: str) -> Stamp | None:
        """What is expected of a file; None where the run has none of this name. Raises StoreError for a chunk that was never written."""
        found = self.listed.get(key)
        if found is None and "c" in key.split("/"):
            raise StoreError(f"{self.root / key}\n  is no part of the run, though an array refers to it. {RESTORE}")
        return found

    def get_sync(self, key: str, *, prototype: BufferPrototype | None = None, byte_range: ByteRequest | None = None) -> Buffer | None:
        """As LocalStore; a small file is read once, held against its sum and handed out, a large one is checked in blocks before."""
        stamp = self.stamp(key)
        if stamp is None:
            return None
        if byte_range is None and stamp.size <= SMALL:
            return (prototype or default_buffer_prototype()).buffer.from_bytes(checked_bytes(self.root / key, stamp))
        check(self.root / key, stamp)
        return super().get_sync(key, prototype=prototype, byte_range=byte_range)

    async def get(self, key: str, prototype: BufferPrototype | None = None, byte_range: ByteRequest | None = None) -> Buffer | None:
        """As LocalStore; what is large is read in another thread."""
        stamp = self.stamp(key)
        if stamp is None or (byte_range is None and stamp.size <= SMALL):
            return self.get_sync(key, prototype=prototype, byte_range=byte_range)
        await asyncio.to_thread(check, self.root / key, stamp)
        return await super().get(key, prototype, byte_range)

    async def get_partial_values(
        self, prototype: BufferPrototype, key_ranges: Iterable[tuple[str, ByteRequest | None]]
    ) -> list[Buffer | None]:
        """As LocalStore."""
        return [await self.get(key, prototype, span) for key, span in key_ranges]

    async def exists(self, key: str) -> bool:
        """Whether the run has this file."""
        return key in self.listed

    async def list(self) -> AsyncIterator[str]:
        """All files."""
        for key in self.listed:
            yield key

    async def list_prefix(self, prefix: str) -> AsyncIterator[str]:
        """Files whose name begins so."""
        for key in self.listed:
            if key.startswith(prefix):
                yield key

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        """Names in a folder."""
        for name in self.folders.get(prefix.strip("/"), ()):
            yield name

    @cached_property
    def folders(self) -> dict[str, dict[str, None]]:
        """Names in each folder, in order."""
        found: dict[str, dict[str, None]] = {}
        for key in self.listed:
            parts = key.split("/")
            for depth, name in enumerate(parts):
                found.setdefault("/".join(parts[:depth]), {})[name] = None
        return found
