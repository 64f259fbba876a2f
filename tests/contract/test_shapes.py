"""Shapes in annotations: the shared formulas all say theirs, the tests hold every call to them, and nobody else pays for it."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import TypeCheckError

from drawdown import formulas, randomness, severity
from drawdown.formulas import clash_deaths, clout, contest
from drawdown.program import View
from tests.by_hand import COUNTRY
from tests.shapes import CHECKED, Loader

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "drawdown"
FORMULAS = [f"drawdown.formulas.{found.name}" for found in pkgutil.iter_modules(formulas.__path__)]
SHARED = [*FORMULAS, "drawdown.severity", "drawdown.randomness"]
LANES = 3


def of(*dims: str) -> Any:
    """An array over dimensions of the country by hand, three futures."""
    return jnp.ones((*COUNTRY.shape(dims), LANES), jnp.float32)


def turned(array: Any) -> Any:
    """The same with its first two axes in the wrong order."""
    return jnp.swapaxes(array, 0, 1)


PLACE_ACTOR, PLACE, ACTOR = of("place", "actor"), of("place"), of("actor")
SHARES = of("place", "community")
NOBODY: Any = View("nobody", {}, frozenset(), COUNTRY)  # sees nothing of the state


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: contest.of_residents(SHARES, turned(of("community", "actor"))), "values"),
        (lambda: contest.one_of(PLACE, turned(PLACE_ACTOR)), "weights"),
        (lambda: contest.security(PLACE_ACTOR, turned(PLACE), COUNTRY, *(jnp.ones(LANES),) * 3), "residents"),
        (lambda: clout.mean_position(NOBODY, NOBODY, turned(PLACE_ACTOR), SHARES, ACTOR), "lived"),
        (lambda: clash_deaths.share_out(PLACE, PLACE, jnp.ones(LANES), PLACE, turned(PLACE)), "v"),
        (lambda: severity.poisson(of("place", "actor"), of("actor", "place")), "mean"),
        (lambda: severity.draw_incidents([PLACE] * 4, PLACE, jnp.ones(LANES), jnp.ones(2)), "cutoff"),
        (lambda: randomness.avalanche(np.ones(4, np.int64), np), "x"),  # type: ignore[type-var]  # which is the point
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_axes_in_the_wrong_order_are_told_by_the_name_of_the_argument(call: Callable[[], object], argument: str) -> None:
    with pytest.raises(TypeCheckError, match=rf"whilst typechecking parameter '{argument}'"):
        call()


def test_what_is_returned_is_held_to_its_shape(tmp_path: Path) -> None:
    file = tmp_path / "formula.py"
    said = 'def turned(x: Float[Array, "place actor"]) -> Float[Array, "actor place"]:\n    return x\n'
    file.write_text("from __future__ import annotations\n" + said, encoding="utf-8")
    formula = ModuleType("formula")
    Loader("formula", str(file)).exec_module(formula)
    with pytest.raises(TypeCheckError, match=r"whilst checking the return value of formula\.turned"):
        formula.turned(jnp.ones((2, 3)))
    assert formula.turned(jnp.ones((2, 2))).shape == (2, 2)


def functions(name: str) -> Iterator[tuple[str, Any]]:
    """The functions that a module defines."""
    module = importlib.import_module(name)
    for found, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == name:
            yield found, value


@pytest.mark.parametrize("name", SHARED)
def test_every_shared_formula_is_held_to_its_shapes(name: str) -> None:
    assert name.startswith(CHECKED)
    loose = [found for found, value in functions(name) if not hasattr(value, "__wrapped__")]
    assert not [found for found in loose if not found.startswith("__") and found != "overload"]


def unsaid(source: str) -> list[str]:
    """Functions that take or give back an array without saying its shape; parts of a dictionary or a tuple count too."""
    wrong = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            said = [node.returns, *(a.annotation for a in (*node.args.args, *node.args.kwonlyargs, node.args.vararg) if a is not None)]
            text = [re.sub(r"\b(Float|Num|UInt32)\[(Array|Word), ", "", ast.unparse(one)) for one in said if one is not None]
            wrong += [node.name] * any(re.search(r"\b(Array|Word|Any)\b", one) for one in text)
    return wrong


@pytest.mark.parametrize("name", SHARED)
def test_every_shared_formula_says_the_shapes_of_its_arrays(name: str) -> None:
    file = PACKAGE.parent / f"{name.replace('.', '/')}.py"
    # Of the two libraries of arrays each has its own signature there; its cells are any.
    assert set(unsaid(file.read_text(encoding="utf-8"))) <= {"to_uniform"}


def test_what_counts_as_unsaid() -> None:
    assert unsaid("def f(x: Array) -> None: ...\ndef g(x: tuple[Float[Array, 'a'], Array]) -> None: ...") == ["f", "g"]
    assert unsaid("def f(x: Float[Array, 'place']) -> dict[str, Float[Array, 'actor']]: ...") == []


def test_whoever_runs_the_model_needs_none_of_it() -> None:
    script = f"import sys\nfor name in {[*SHARED, 'drawdown.cli', 'drawdown.program']}: __import__(name)\n"
    script += "from drawdown.mechanism import shipped\nshipped()\nprint(sorted({'jaxtyping', 'beartype'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
