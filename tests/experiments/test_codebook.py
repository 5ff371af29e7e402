import csv
import re

import pandas as pd
import pytest
from fake_runs import fails_at_full_level

from any_runs import sweep
from forumsim.core.measures import MEASURES
from forumsim.core.parameters import PARAMETERS
from forumsim.results.codebook import page


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    plan = {"scenario": "two_blocs", "steps": 6, "replicates": 2, "fields": {"actors": 8, "nonstate": 1},
            "vary": {"dialogue.level": [0, 1], "realist": [False, True], "scenario.polarisation": [0.2]},
            "record": {"every": 3, "detail": "all"}}  # fmt: skip
    return sweep(plan, tmp_path_factory.mktemp("codebook") / "out", run=fails_at_full_level)


def test_every_column_of_every_table_is_described(results):
    resources = {item["path"]: item["schema"] for item in results.codebook["resources"]}
    assert set(resources) == {path.name for path in results.folder.glob("*.csv")}
    for path, schema in resources.items():
        with open(results.folder / path, encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert [column["name"] for column in schema["fields"]] == header
        for column in schema["fields"]:
            assert column["description"]
            assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", column["name"]), column["name"]


def test_values_keep_what_the_codebook_promises(results):
    kinds = {"integer": r"-?\d+", "boolean": "[01]", "number": r"-?(\d+(\.\d+)?(e[+-]\d+)?|inf)"}
    for resource in results.codebook["resources"]:
        frame = pd.read_csv(results.folder / resource["path"], dtype=str, keep_default_na=False)
        assert len(frame) > 0
        for column in resource["schema"]["fields"]:
            values = [value for value in frame[column["name"]] if value != ""]
            if column["type"] in kinds:
                assert all(re.fullmatch(kinds[column["type"]], value) for value in values), column["name"]
            allowed = column.get("constraints", {}).get("enum")
            assert allowed is None or set(values) <= set(allowed), column["name"]


def test_keys_are_unique(results):
    for resource in results.codebook["resources"]:
        key = resource["schema"].get("primaryKey")
        if key:
            assert not results.table(resource["name"]).duplicated(key).any(), resource["name"]


def test_the_page_names_every_measure_and_parameter():
    text = page()
    for name in [measure.name for measure in MEASURES] + [parameter.name for parameter in PARAMETERS]:
        assert f"| `{name}` |" in text
    assert "{" not in re.sub(r"`[^`]*`", "", text)
    widths = [line.count("|") for line in text.splitlines() if line.startswith("| --- ")]
    assert widths == [] or min(widths) > 2


def test_the_shipped_page_is_up_to_date(root):
    shipped = (root / "docs" / "codebook.md").read_text(encoding="utf-8")
    assert shipped == page(), "run: python -m forumsim.results.codebook docs/codebook.md"
