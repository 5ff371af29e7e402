"""Extensions of installed packages: found by name, run where a plan names them, known by all files of the package."""

from __future__ import annotations

import importlib
import sys

import pytest

from forumsim import InputError, sweep
from forumsim.extensions import load_extensions
from forumsim.sweeps.rerun_plan import rerun_plan

HALF = """
from forumsim.extensions import measure
from fatigue_package.numbers import VALUE

@measure(label="A number")
def number(world, p):
    return VALUE
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package with an entry point, as pip would have put it on the path; gives its folder."""
    site = tmp_path / "site"
    package, about = site / "fatigue_package", site / "fatigue_package-1.5.dist-info"
    package.mkdir(parents=True)
    about.mkdir()
    (package / "__init__.py").write_text("")
    (package / "numbers.py").write_text("VALUE = 0.25\n")
    (package / "measures.py").write_text(HALF)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: fatigue-package\nVersion: 1.5\n")
    (about / "entry_points.txt").write_text("[forumsim.extensions]\nnumbers = fatigue_package.measures\n")
    monkeypatch.syspath_prepend(str(site))
    importlib.invalidate_caches()
    yield package
    for name in [name for name in sys.modules if name.startswith("fatigue_package")]:
        del sys.modules[name]


def plan(**changes):
    return {
        "scenario": "two_blocs", "with": ["numbers"], "steps": 2, "replicates": 2, "fields": {"actors": 6},
        "record": {"series": ["number"]}, **changes,
    }  # fmt: skip


def test_a_plan_that_names_it_runs_it(installed, tmp_path):
    """The user has installed it: that is enough."""
    results = sweep(plan(), tmp_path / "out")
    pooled = results.series.query("issue == 'pooled'")
    assert (pooled["number"] == 0.25).all() and len(pooled) == 6
    (source,) = results.manifest["declared"]["sources"]
    assert source["name"] == "numbers" and source["version"] == "fatigue-package 1.5"
    assert not (results.folder / "inputs/extensions").exists()
    assert not rerun_plan(results.folder).differences


def test_its_digest_covers_all_files_of_the_package(installed, tmp_path):
    results = sweep(plan(), tmp_path / "out")
    (installed / "numbers.py").write_text("VALUE = 0.75\n")
    with pytest.raises(InputError, match=r"extension numbers: has changed since"):
        rerun_plan(results.folder)


def test_where_it_is_not_installed_it_is_named(installed, tmp_path, monkeypatch):
    results = sweep(plan(), tmp_path / "out")
    monkeypatch.setattr("forumsim.extensions.load.installed_points", dict)
    with pytest.raises(InputError, match=r"needs the extension 'numbers', which is not given"):
        rerun_plan(results.folder)


def test_a_name_near_by_is_told_and_a_package_that_fails_too(installed):
    with pytest.raises(InputError, match=r"allowed: a file such as my_rules.py, or numbers \(did you mean 'numbers'"):
        load_extensions("nummbers")
    (installed / "measures.py").write_text("import not_there_at_all")
    with pytest.raises(InputError, match="cannot be imported: ModuleNotFoundError"):
        load_extensions("numbers")
