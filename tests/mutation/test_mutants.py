"""The list of mutants cannot rot: each still applies to the source as it is, and still is a program."""

import ast
from collections import Counter

from check import ROOT
from copies import importers, imports_of
from mutants import MUTANTS, sample

PACKAGE = ROOT / "src" / "forumsim"


def test_each_mutant_applies_to_its_source():
    sources = {file: (PACKAGE / file).read_text(encoding="utf-8") for file in {mutant.file for mutant in MUTANTS}}
    trees = {file: ast.dump(ast.parse(source)) for file, source in sources.items()}
    for mutant in MUTANTS:
        mutated = mutant.applied_to(sources[mutant.file])  # the old text stands there exactly once
        assert ast.dump(ast.parse(mutated)) != trees[mutant.file], f"{mutant.name} changes nothing"


def test_each_mutant_has_a_name_of_its_own_and_tests():
    assert Counter(mutant.name for mutant in MUTANTS).most_common(1)[0][1] == 1
    assert [mutant.name for mutant in MUTANTS if not (ROOT / mutant.tests[0]).is_file()] == []


def test_every_rule_and_every_measure_is_broken():
    modules = {
        path.relative_to(PACKAGE).as_posix()
        for folder in ("core/rules", "core/state", "core/measures")
        for path in PACKAGE.glob(f"{folder}/*.py")
    }
    without_code = {
        "core/rules/__init__.py",
        "core/state/__init__.py",
        "core/measures/__init__.py",
        "core/measures/definition.py",
        "core/measures/registry.py",
    }
    assert modules - without_code | {"core/draws.py", "core/schedule.py"} == {mutant.file for mutant in MUTANTS}


def test_a_sample_is_spread_over_the_list():
    assert sample(3) == (MUTANTS[0], MUTANTS[len(MUTANTS) // 3], MUTANTS[2 * len(MUTANTS) // 3])
    assert sample(10**6) == MUTANTS


def test_what_a_change_reaches():
    """Compiled code of these may not be kept: modules that import the changed one, and those that import them."""
    imports = imports_of(PACKAGE)
    reached = importers(imports, "core/rules/attention.py")
    assert {
        "core/rules/attention.py",
        "core/rules/membership.py",
        "core/rules/founding.py",
        "core/schedule.py",
    } <= reached
    assert not {"core/rules/voice.py", "core/state/value.py", "core/measures/norms.py"} & reached
    assert "core/schedule.py" in importers(imports, "core/measures/scopes.py")  # by way of the package's __init__
