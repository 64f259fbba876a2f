"""Random numbers that belong to names: a counter-based hash of (seed, future, week, mechanism, draw, entity).

Threefry 4x32 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3") turns (seed, future, week, mechanism, draw)
into four key words; a full-avalanche hash of entity and key word gives each entity its own. (Threefry for every entity costs five times as
much: XLA has no multi-output fusion on CPU and repeats it for each of its words.) The same future gets the same numbers for any batch
size, layout or number of futures, and a new mechanism disturbs nobody's draws, because nothing is consumed in order. The functions take
the array module (`numpy` or `jax.numpy`), so that draws made outside the program use the same bits.
"""

from __future__ import annotations

import hashlib
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar, overload

if TYPE_CHECKING:
    import jax
    import numpy as np
    from jaxtyping import UInt32
    from numpy.typing import NDArray

    Word = TypeVar("Word", NDArray[np.uint32], jax.Array)  # an array of uint32, of the array module that is passed beside it
    Words = tuple[Word, Word, Word, Word]

ROUNDS = 20
_ROTATIONS = ((10, 26), (11, 21), (13, 27), (23, 5), (6, 20), (17, 11), (25, 10), (18, 20))
_PARITY = 0x1BD11BDA


def name_word(name: str) -> int:
    """A stable 32-bit number of a name (BLAKE2s), the same on every machine and in every session."""
    return int.from_bytes(hashlib.blake2s(name.encode(), digest_size=4).digest(), "little")


def threefry(
    key: Words[UInt32[Word, "*#cells"]], counter: Words[UInt32[Word, "*#cells"]], xp: ModuleType, rounds: int = ROUNDS
) -> Words[UInt32[Word, "*#cells"]]:
    """Four uint32 words for each broadcast element of `key` and `counter` (each four uint32 arrays)."""
    word = xp.uint32
    parity = key[0] ^ key[1] ^ key[2] ^ key[3] ^ word(_PARITY)
    schedule = (*key, parity)
    x = [counter[i] + key[i] for i in range(4)]
    for r in range(rounds):
        left, right = _ROTATIONS[r % 8]
        a, b = (1, 3) if r % 2 == 0 else (3, 1)
        x[0] = x[0] + x[a]
        x[a] = _rotate(x[a], left, xp) ^ x[0]
        x[2] = x[2] + x[b]
        x[b] = _rotate(x[b], right, xp) ^ x[2]
        if r % 4 == 3:
            turn = r // 4 + 1
            x = [x[i] + schedule[(turn + i) % 5] for i in range(4)]
            x[3] = x[3] + word(turn)
    return x[0], x[1], x[2], x[3]


def _rotate(x: UInt32[Word, "*cells"], by: int, xp: ModuleType) -> UInt32[Word, "*cells"]:
    turned: Word = (x << xp.uint32(by)) | (x >> xp.uint32(32 - by))
    return turned


def entity_word(*names: str) -> int:
    """A stable 32-bit number of an entity named by one or several names."""
    return name_word("\x1f".join(names))


def avalanche(x: UInt32[Word, "*cells"], xp: ModuleType) -> UInt32[Word, "*cells"]:
    """Bijection of 32-bit words in which every input bit moves every output bit: `triple32` (Wellons 2018, hash-prospector; bias 0.02%)."""
    word = xp.uint32
    x = (x ^ (x >> word(17))) * word(0xED5AD4BB)
    x = (x ^ (x >> word(11))) * word(0xAC4C1B51)
    x = (x ^ (x >> word(15))) * word(0x31848BAB)
    mixed: Word = x ^ (x >> word(14))
    return mixed


@overload
def to_uniform(bits: NDArray[np.uint32], xp: ModuleType) -> NDArray[np.float32]: ...


@overload
def to_uniform(bits: jax.Array, xp: ModuleType) -> jax.Array: ...


def to_uniform(bits: NDArray[np.uint32] | jax.Array, xp: ModuleType) -> NDArray[np.float32] | jax.Array:
    """Uniform float32 strictly inside (0, 1) from the 23 high bits of a word, so that neither logarithm nor quantile meets an end."""
    uniform: NDArray[np.float32] | jax.Array = (bits >> xp.uint32(9)).astype(xp.float32) * xp.float32(2.0**-23) + xp.float32(2.0**-24)
    return uniform
