"""The rooms of the package: imports go down the list of rooms, never in a circle, and the root holds public names."""

from __future__ import annotations

import ast
from pathlib import Path

import networkx as nx
import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "forumsim"
#: From the ground up: a room may use those before it.
ROOMS = (
    "core",
    "extensions",
    "scenarios",
    "running",
    "plans",
    "results",
    "sweeps",
    "analysis",
    "studies",
    "app",
    "commands",
)
#: Libraries that rooms do without: the model knows neither Mesa nor files of tables nor pictures.
WITHOUT = {
    "core": {"mesa", "pandas", "matplotlib", "multiprocessing", "concurrent", "sqlite3"},
    "scenarios": {"mesa", "matplotlib", "multiprocessing", "concurrent", "sqlite3"},
    "plans": {"mesa", "matplotlib", "multiprocessing", "concurrent", "sqlite3"},
    "sweeps": {"matplotlib"},
}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports_of(path: Path) -> list[tuple[str, int]]:
    """Modules that a file imports, at its head or within functions, and the lines: whole names, also of libraries."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: whole names say where a thing lives"
            for alias in node.names:
                inside = f"{node.module}.{alias.name}".removeprefix("forumsim.")
                found.append((f"forumsim.{inside}" if inside in MODULES else str(node.module), node.lineno))
    return found


def arrows() -> list[tuple[str, str, int]]:
    """Imports between modules of the package, but for those of its face (`forumsim/__init__.py`)."""
    rows = []
    for name, path in MODULES.items():
        if name != "__init__":
            for target, line in imports_of(path):
                if target.startswith("forumsim."):
                    rows.append((name, target.removeprefix("forumsim."), line))
    return rows


def room(name: str) -> str:
    return name.split(".")[0]


def test_the_root_holds_the_public_names_and_the_rooms():
    files = {path.name for path in PACKAGE.glob("*.py")}
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").is_file()}
    assert files == {"__init__.py", "__main__.py"}
    assert folders == set(ROOMS)


def test_imports_go_down():
    up = [
        f"{name}.py, line {line}: imports {target}"
        for name, target, line in arrows()
        if name != "__main__" and ROOMS.index(room(target)) > ROOMS.index(room(name))
    ]
    assert not up, "\n".join(up)


def test_no_circles():
    graph = nx.DiGraph((name, target) for name, target, _ in arrows() if name != target)
    assert [sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1] == []


@pytest.mark.parametrize("name", WITHOUT)
def test_rooms_that_do_without(name):
    used = {
        (module, target.split(".")[0])
        for module, path in MODULES.items()
        if room(module) == name
        for target, _ in imports_of(path)
    }
    assert {(module, library) for module, library in used if library in WITHOUT[name]} == set()
