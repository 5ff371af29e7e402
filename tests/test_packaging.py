"""The project as a newcomer meets it: lock file, Makefile, README, entry points."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points, requires
from pathlib import Path

import pytest

URL = re.compile(r"\w+://|^\s*-[-\w]", re.MULTILINE)


def lines_of(lock: Path) -> dict[str, list[str]]:
    pins: dict[str, list[str]] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line and not line.lstrip().startswith("#"):
            name, _, rest = line.partition("==")
            pins.setdefault(name, []).append(rest)
    return pins


def test_lock_has_no_addresses_or_paths(root):
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    assert not URL.search(text)
    assert not re.search(r"(^|\s)(/|[A-Z]:\\)", text), "a path of some machine"


def test_lock_pins_exactly_and_forks_mesa_by_python(root):
    pins = lines_of(root / "requirements.lock")
    assert all(rest and rest[0][0].isdigit() for rest in pins.values())
    assert len(pins["mesa"]) == 2
    old, new = pins["mesa"]
    assert "python_full_version < '3.12'" in old
    assert "python_full_version >= '3.12'" in new


def test_lock_holds_every_dependency(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [one for extra in project["optional-dependencies"].values() for one in extra]
    names = {re.split(r"[<>=\[; ]", text)[0] for text in wanted} - {project["name"]}
    assert {name.lower() for name in names} <= set(lines_of(root / "requirements.lock"))


def test_readme_commands_exist_in_makefile(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(re.findall(r"```\w*\n(.*?)```", readme, re.DOTALL))))
    assert {"run", "test"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_make_describes_its_targets(root):
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=root, capture_output=True, text=True, check=True
    )
    for target in ("run", "test", "lint", "format", "lock", "clean"):
        assert f"make {target} " in shown.stdout


@pytest.mark.parametrize("python, folder", [("python3", ".venv/"), ("python3.12", ".venv-3.12/")])
def test_each_python_has_its_environment(root, python, folder):
    command = ["make", "--no-print-directory", "-n", "-W", "requirements.lock", "setup", f"PYTHON={python}"]
    shown = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert f"--python {folder}bin/python" in shown.stdout


def test_console_script_and_module():
    (script,) = entry_points(group="console_scripts", name="forumsim")
    assert script.value == "forumsim.__main__:main"
    shown = subprocess.run([sys.executable, "-m", "forumsim", "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"forumsim \d+\.\d+\.\d+\n", shown.stdout)


def test_metadata_names_what_import_needs():
    assert any(text.startswith("networkx") for text in requires("forumsim") or [])


def test_a_source_archive_holds_the_whole_project(root):
    """What is kept in the repository is what tests, guides and the Makefile name."""
    if not (root / ".git").exists():
        pytest.skip("not a checkout")
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout
    kept = {name.split("/")[0] for name in listed.splitlines()}
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    always = {"pyproject.toml", ".gitignore"}  # hatch adds them
    assert kept - always == set(settings["tool"]["hatch"]["build"]["targets"]["sdist"]["include"])


def test_ci_runs_the_commands_of_the_readme(root):
    script = root / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert re.search(r"^make test$", script.read_text(encoding="utf-8"), re.MULTILINE)


def test_a_run_leaves_the_checkout_clean(root):
    """What ``make run`` writes is ignored, and nothing of it is kept in the repository."""
    if not (root / ".git").exists():
        pytest.skip("not a checkout")
    made = ["results/dialogue/manifest.json", "results/dialogue/figures/x.png", "results/.dialogue.fresh-1/runs.csv",
            ".venv/bin/python", "src/forumsim/__pycache__/x.nbi"]  # fmt: skip
    ignored = subprocess.run(["git", "check-ignore", *made], cwd=root, capture_output=True, text=True).stdout.split()
    assert ignored == made
    kept = subprocess.run(["git", "ls-files", "results"], cwd=root, capture_output=True, text=True, check=True).stdout
    assert kept == ""
