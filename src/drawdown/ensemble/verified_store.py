"""A Zarr store that hands out only what the run wrote: each file is held against its sum, and a lost one is an error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any

from zarr.storage import LocalStore

from drawdown.ensemble.disk import RESTORE, StoreError
from drawdown.ensemble.sums import Stamp, check


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

    def known(self, key: str) -> bool:
        """Whether a file is one of the run's, and right. Raises StoreError where it is damaged, or a chunk that was never written."""
        stamp = self.listed.get(key)
        if stamp is not None:
            check(self.root / key, stamp)
        elif "c" in key.split("/"):
            raise StoreError(f"{self.root / key}\n  is no part of the run, though an array refers to it. {RESTORE}")
        return stamp is not None

    def get_sync(self, key: str, **options: Any) -> Any:
        """As LocalStore."""
        return super().get_sync(key, **options) if self.known(key) else None

    async def get(self, key: str, prototype: Any = None, byte_range: Any = None) -> Any:
        """As LocalStore."""
        return await super().get(key, prototype, byte_range) if await asyncio.to_thread(self.known, key) else None

    async def get_partial_values(self, prototype: Any, key_ranges: Iterable[tuple[str, Any]]) -> list[Any]:
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
        start = f"{prefix.rstrip('/')}/" if prefix.rstrip("/") else ""
        for name in dict.fromkeys(key[len(start) :].split("/")[0] for key in self.listed if key.startswith(start)):
            yield name
