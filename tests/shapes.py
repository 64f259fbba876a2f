"""Shapes that the shared formulas say in their annotations are checked at every call while the tests run.

The package imports jaxtyping for whoever reads types alone, so nobody who runs it pays for the annotations, nor needs the library. Here
each of these modules is compiled with its functions wrapped, and with the names that its annotations use.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import TypeVar, runtime_checkable

from drawdown.mechanism import Key, Params, State

One = TypeVar("One")
Words = tuple[One, One, One, One]
CHECKED = ("drawdown.formulas.", "drawdown.severity", "drawdown.randomness")


def wrapped(source: str) -> ast.Module:
    """The module with a checker around each function."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and not node.decorator_list:
            node.decorator_list.append(ast.Name("__shapes_checked__", ast.Load()))
    return ast.fix_missing_locations(tree)


class Loader(SourceFileLoader):
    """Compiles a module so, whatever of it was compiled before."""

    def exec_module(self, module: ModuleType) -> None:
        import jax
        import jaxtyping
        import numpy as np
        from beartype import BeartypeConf, beartype

        # A step outside of the compiled program is handed arrays of numpy, and random numbers are made with either library.
        either = jax.Array | np.ndarray
        names = {"Array": either, "Word": either, "Words": Words, **{n: getattr(jaxtyping, n) for n in ("Float", "Num", "UInt32")}}
        vars(module).update(names, __shapes_checked__=jaxtyping.jaxtyped(typechecker=beartype(conf=BeartypeConf(is_pep484_tower=True))))
        exec(compile(wrapped(self.get_source(module.__name__) or ""), self.path, "exec"), vars(module))  # noqa: S102  # our own source


class _Finder(MetaPathFinder):
    """Finds what is checked before anybody else does."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not name.startswith(CHECKED):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = Loader(name, spec.origin)
        return spec


def check_shapes() -> None:
    """From now on; before any of these modules is imported."""
    for protocol in (Key, Params, State):
        runtime_checkable(protocol)  # so that the checker may ask whether something is one
    early = [name for name in sys.modules if name.startswith(CHECKED)]
    assert not early, f"imported before their shapes could be checked: {early}"
    sys.meta_path.insert(0, _Finder())
