"""What `import drawdown` offers: each name loads, says what it is, and stands in the guide of the package."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import drawdown

SOURCE = Path(drawdown.__file__).parent


@pytest.mark.parametrize("name", drawdown.__all__)
def test_a_public_name_loads_and_has_a_docstring(name: str) -> None:
    found = getattr(drawdown, name)
    assert found.__name__ == name
    assert inspect.getdoc(found), f"{name} has no docstring"
    assert found.__module__.startswith("drawdown")


@pytest.mark.parametrize("name", [n for n in drawdown.__all__ if inspect.isfunction(getattr(drawdown, n))])
def test_a_public_function_is_typed(name: str) -> None:
    signature = inspect.signature(getattr(drawdown, name))
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())


@pytest.mark.parametrize("name", [n for n in drawdown.__all__ if inspect.isclass(getattr(drawdown, n))])
def test_public_methods_have_docstrings(name: str) -> None:
    kind = getattr(drawdown, name)
    for method, found in inspect.getmembers(kind, inspect.isfunction):
        if not method.startswith("_") and found.__module__.startswith("drawdown"):
            assert inspect.getdoc(found), f"{name}.{method} has no docstring"


def test_public_names_are_sorted_and_listed() -> None:
    assert list(drawdown.__all__) == sorted(drawdown.__all__)
    assert dir(drawdown) == sorted(drawdown.__all__)


def test_no_public_name_is_that_of_a_module() -> None:
    """Whoever had imported the module `ablate` found it where the function of that name should be."""
    assert not set(drawdown.__all__) & {module.name for module in pkgutil.iter_modules(drawdown.__path__)}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="runn"):
        _ = drawdown.runn


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, drawdown; print(*(m for m in ('jax', 'numpy', 'pandas', 'xarray') if m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""


def test_one_name_is_one_thing() -> None:
    """Two classes of one name are taken for each other by whoever reads `from here import Run` and remembers the Run from there."""
    defined: dict[str, list[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                defined.setdefault(node.name, []).append(path.relative_to(SOURCE).as_posix())
    assert len(defined) > 100
    assert not {name: files for name, files in defined.items() if len(files) > 1}
