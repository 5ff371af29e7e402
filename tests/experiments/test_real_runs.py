"""The runner with the model itself: the same numbers as `simulate`."""

import pytest

from forumsim.running.run import simulate
from forumsim.sweeps import sweep


def test_a_sweep_gives_what_simulate_gives(tmp_path):
    fields = {"actors": 12, "nonstate": 2}
    plan = {"scenario": "two_blocs", "steps": 8, "replicates": 1, "seed": 3, "fields": fields,
            "parameters": {"founding.rate": 0.2}, "vary": {"dialogue.level": [0, 1]},
            "record": {"every": 2, "detail": "all", "snapshots": [0, 8]}}  # fmt: skip
    results = sweep(plan, tmp_path / "out")
    assert results.failures.empty
    for row in results.runs.itertuples():
        alone = simulate("two_blocs", steps=8, seed=row.seed, fields=fields, every=2, snapshots=[0, 8],
                         parameters={"founding.rate": 0.2, "dialogue.level": row.dialogue_level})  # fmt: skip
        series = results.series[results.series["run_id"] == row.run_id].drop(columns="run_id")
        assert list(series.columns) == list(alone.series.columns)
        for name in alone.series.columns[3:]:
            assert series[name].to_numpy() == pytest.approx(alone.series[name].to_numpy(), rel=1e-7, nan_ok=True)
        assert alone.verdict["state"].tolist() == [row.state_civil, row.state_military, row.state_pooled]
        for table in ("events", "forums", "memberships", "actors"):
            written = results.table(table)
            assert (written["run_id"] == row.run_id).sum() == len(getattr(alone, table))
