"""Where scenarios are: shipped in the installed package, in the `scenarios` folder of a checkout, or wherever a path leads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from drawdown.errors import Problem, ScenarioError, did_you_mean, quoted
from drawdown.scenario.shapes import IDENTIFIER


@dataclass(frozen=True, slots=True)
class Listed:
    """One shipped scenario; `title` is empty where its head cannot be read."""

    id: str
    title: str
    path: Path


def shelves() -> tuple[Path, ...]:
    """Folders that hold shipped scenarios: of the wheel, then of the checkout that this package is part of."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parents[1]
    candidates = [package / "shipped"]
    if (checkout / "pyproject.toml").is_file():
        candidates.append(checkout / "scenarios")
    return tuple(folder for folder in candidates if folder.is_dir())


def _shipped() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for shelf in shelves():
        for folder in sorted(shelf.iterdir()):
            if (folder / "scenario.yaml").is_file():
                found.setdefault(folder.name, folder)
    return found


def shipped_folder(name: str) -> Path | None:
    """The folder of the shipped scenario of that name; no other folder, whatever lies in the working one."""
    return _shipped().get(name)


def find(name: str | Path) -> Path:
    """The folder of a scenario, by the name of a shipped one or by path. Raises ScenarioError with the nearest name."""
    shipped = _shipped()
    text = str(name)
    if isinstance(name, str) and IDENTIFIER.fullmatch(text) and text in shipped:
        return shipped[text]
    try:
        path = Path(name)
        if path.name == "scenario.yaml" and path.is_file():
            path = path.parent
        if path.is_dir():
            if (path / "scenario.yaml").exists() or (path / "scenario.yaml").is_symlink():
                return path
            near = "Is it the folder above or below?"
            raise ScenarioError([Problem("got a folder without scenario.yaml; expected the folder of a scenario.", text, advice=near)])
    except (OSError, ValueError):
        pass  # a name that no file could have
    known = ", ".join(shipped) or "none"
    advice = did_you_mean(text, shipped)
    message = f"got {quoted(text)}; expected the folder of a scenario, or one of those shipped: {known}."
    raise ScenarioError([Problem(message, advice=advice)])


def list_scenarios() -> tuple[Listed, ...]:
    """Shipped scenarios by name. One that cannot be read is listed without its title."""
    return tuple(Listed(name, _title(path), path) for name, path in sorted(_shipped().items()))


def _title(folder: Path) -> str:
    from drawdown.scenario.document import read_yaml
    from drawdown.scenario.files import YAML_BYTES, Problems, read_text

    problems = Problems(str(folder))
    text = read_text(folder / "scenario.yaml", "scenario.yaml", YAML_BYTES, problems)
    node = read_yaml(text, "scenario.yaml", problems) if text is not None else None
    title = node.entries.get("title") if node is not None else None
    return title.text if title is not None else ""
