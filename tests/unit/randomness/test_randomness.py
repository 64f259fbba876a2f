"""Random numbers that belong to names: known answers, uniformity, independence, one bit stream for NumPy and JAX."""

from __future__ import annotations

import math

import numpy as np
import pytest

from drawdown.program import Keyed
from drawdown.randomness import avalanche, entity_word, name_word, threefry, to_uniform

SIGMAS = 5.0
ONES = 0xFFFFFFFF
# Known answers of Threefry 4x32-20 in the authors' library Random123 (kat_vectors).
KNOWN = (
    ((0, 0, 0, 0), (0, 0, 0, 0), (0x9C6CA96A, 0xE17EAE66, 0xFC10ECD4, 0x5256A7D8)),
    ((ONES,) * 4, (ONES,) * 4, (0x2A881696, 0x57012287, 0xF6C7446E, 0xA16A6732)),
)


def words(values: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    return tuple(np.array([v], np.uint32) for v in values)


@pytest.mark.parametrize(("key", "counter", "answer"), KNOWN)
def test_threefry_gives_the_known_answers(key: tuple[int, ...], counter: tuple[int, ...], answer: tuple[int, ...]) -> None:
    with np.errstate(over="ignore"):
        found = threefry(words(key), words(counter), np)  # type: ignore[arg-type]  # four of four
    assert tuple(int(w[0]) for w in found) == answer


def test_numpy_and_jax_give_the_same_bits() -> None:
    import jax.numpy as jnp

    rng = np.random.default_rng(2)
    key, counter = (tuple(rng.integers(0, 2**32, 1000, dtype=np.uint32) for _ in range(4)) for _ in range(2))
    with np.errstate(over="ignore"):
        ours = threefry(key, counter, np)  # type: ignore[arg-type]  # four of four
        mixed = avalanche(key[0], np)
    theirs = threefry(tuple(map(jnp.asarray, key)), tuple(map(jnp.asarray, counter)), jnp)  # type: ignore[arg-type]  # four of four
    assert all(np.array_equal(a, np.asarray(b)) for a, b in zip(ours, theirs, strict=True))
    assert np.array_equal(mixed, np.asarray(avalanche(jnp.asarray(key[0]), jnp)))
    assert np.array_equal(to_uniform(ours[0], np), np.asarray(to_uniform(theirs[0], jnp)))


def test_the_avalanche_is_a_bijection_in_which_every_bit_moves_every_bit() -> None:
    x = np.random.default_rng(4).integers(0, 2**32, 20_000, dtype=np.uint32)
    with np.errstate(over="ignore"):
        base = avalanche(x, np)
        assert len(np.unique(base)) == len(np.unique(x))
        for bit in range(32):
            flipped = base ^ avalanche(x ^ np.uint32(1 << bit), np)
            for out in range(32):
                share = ((flipped >> np.uint32(out)) & np.uint32(1)).mean()
                # Two bits in a thousand of bias are the published one of this hash.
                assert abs(share - 0.5) < SIGMAS * 0.5 / math.sqrt(len(x)) + 0.002, (bit, out)


def test_names_have_fixed_words() -> None:
    assert name_word("clashes") == name_word("clashes") != name_word("clash")
    assert entity_word("basra") == name_word("basra")
    assert entity_word("a", "bc") != entity_word("ab", "c")
    # Frozen: another value gives every run ever stored other futures.
    assert name_word("draws") == 0x2D3402A


def test_uniforms_lie_strictly_inside() -> None:
    ends = to_uniform(np.array([0, ONES], np.uint32), np)
    assert 0 < ends[0] < 1e-7
    assert 1 - 1e-6 < ends[1] < 1


# Draws as a mechanism gets them


def draws(seed: int = 1, futures: int = 4000, week: int = 3, mechanism: str = "clashes", name: str = "luck") -> np.ndarray:
    """Uniforms [place, future] of the first word, for eight places."""
    import jax.numpy as jnp

    from drawdown.world import Structure

    places = tuple(f"place-{k}" for k in range(8))
    structure = Structure(places, (), (), (), (), (), (), ())
    ids = jnp.arange(futures, dtype=jnp.uint32)
    key = (jnp.full_like(ids, seed), ids, jnp.full_like(ids, week), jnp.full_like(ids, name_word(mechanism)))
    return np.asarray(Keyed(structure, key).uniform(name, ("place",)), np.float64)


@pytest.mark.statistical
def test_draws_are_uniform() -> None:
    from scipy.stats import kstest

    for word in draws():
        assert kstest(word.ravel(), "uniform").pvalue > 1e-6
        n = word.size
        assert abs(word.mean() - 0.5) < SIGMAS / math.sqrt(12 * n)
        assert abs((word - 0.5).var() - 1 / 12) < SIGMAS * math.sqrt(1 / 180 / n)


def independent(a: np.ndarray, b: np.ndarray) -> None:
    """No correlation of values, nor of distances from the middle, beyond chance."""
    n = a.size
    for one, other in ((a, b), (np.abs(a - 0.5), np.abs(b - 0.5))):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < SIGMAS / math.sqrt(n)


@pytest.mark.statistical
@pytest.mark.parametrize(
    "other",
    [{"seed": 2}, {"week": 4}, {"mechanism": "reprisals"}, {"name": "mood"}],
    ids=["seeds", "weeks", "mechanisms", "names"],
)
def test_draws_of_other_keys_are_independent(other: dict[str, int | str]) -> None:
    independent(draws()[0], draws(**other)[0])  # type: ignore[arg-type]  # each by its own name


@pytest.mark.statistical
def test_draws_of_neighbouring_entities_futures_and_words_are_independent() -> None:
    first = draws()
    for place in range(7):
        independent(first[0][place], first[0][place + 1])
    independent(first[0][:, :-1], first[0][:, 1:])
    for word in range(3):
        independent(first[word], first[word + 1])


def test_a_draw_does_not_depend_on_how_many_are_drawn() -> None:
    assert np.array_equal(draws(futures=10)[0], draws(futures=4000)[0][:, :10])


@pytest.mark.statistical
def test_mixed_uniforms_are_uniform_and_apart() -> None:
    import jax.numpy as jnp
    from scipy.stats import kstest

    from drawdown.world import Structure

    ids = jnp.arange(20_000, dtype=jnp.uint32)
    key = (jnp.full_like(ids, 1), ids, jnp.full_like(ids, 0), jnp.full_like(ids, 9))
    parts = [np.asarray(x, np.float64) for x in Keyed(Structure(("here",), (), (), (), (), (), (), ()), key).mixed("cells", ("place",))]
    for k, part in enumerate(parts):
        assert 0 < part.min() < part.max() < 1
        assert kstest(part.ravel(), "uniform").pvalue > 1e-6, k
        for other in parts[k + 1 :]:
            independent(part, other)


def test_the_rounds_are_traced_once_and_not_at_every_draw() -> None:
    """Half of what there was to trace was the same twenty rounds, again for every draw: three seconds before the first table."""
    import jax
    import jax.numpy as jnp

    from drawdown.world import Structure

    structure = Structure(("here", "there"), (), (), (), (), (), (), ())
    word = jnp.zeros(4, jnp.uint32)
    key = (word, word, word, word)
    traced = jax.make_jaxpr(lambda key: [Keyed(structure, key).uniform(name, ("place",)) for name in ("a", "b", "c")])(key)
    called = [str(one.params.get("name")) for one in traced.eqns]
    assert called.count("_words") == 3
    assert called.count("_of_entity") == 12
    assert not [one for one in traced.eqns if one.primitive.name == "xor"]
