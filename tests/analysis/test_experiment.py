"""`forumsim.analysis.load`: what it gives is what plain pandas makes of the CSV files, and of the runs themselves."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from typer.testing import CliRunner

from forumsim.analysis import kaplan_meier, load
from forumsim.analysis.rosters import members_at
from forumsim.commands.cli import app
from forumsim.core.errors import InputError
from forumsim.core.terms import Status
from forumsim.plans import run_seed
from forumsim.running.run import run_arrays, settle, simulate
from forumsim.scenarios import load_scenario
from forumsim.sweeps import sweep

STEPS = 24
PLAN = {
    "seed": 3,
    "replicates": 4,
    "part": [
        {"name": name, "scenario": "two_blocs", "steps": STEPS, "fields": {"actors": 16, "polarisation": polarisation},
         "vary": {"dialogue.level": [0, 1], "sincerity.level": [0.2, 0.8]}}
        for name, polarisation in (("near", 0.3), ("apart", 0.8))
    ],
    "record": {"every": 3, "detail": "first", "snapshots": [0, 9, STEPS]},
    "twins": {"dialogue.level": 0},
    "contrasts": {"talk": {"from": {"dialogue.level": 0}, "to": {"dialogue.level": 1}}},
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return sweep(PLAN, tmp_path_factory.mktemp("talk") / "out").folder


@pytest.fixture(scope="module")
def talk(folder):
    return load(folder)


@pytest.fixture(scope="module")
def plain(folder):
    """The tables by plain pandas."""
    return {path.stem: pd.read_csv(path, keep_default_na=False, na_values=[""]) for path in folder.glob("*.csv")}


# --- frames ---------------------------------------------------------------------------------------------------------


def test_frames_have_types_and_know_parts_and_points(talk, plain):
    runs = plain["runs"]
    assert len(talk.runs) == len(runs) == 32
    assert talk.runs["replicate"].dtype == talk.runs["seed"].dtype == "Int64"
    assert list(talk.runs["state_pooled"].cat.categories) == ["convergence", "polycentric", "mixed", "fragmentation"]
    assert talk.runs["state_pooled"].astype(str).tolist() == runs["state_pooled"].tolist()
    assert "state of the run" in talk.runs.attrs["labels"]["state_pooled"]
    assert talk.settings == ("part", "dialogue_level", "sincerity_level")
    assert talk.parts["part"].tolist() == ["near", "apart"]
    assert talk.parts["steps"].tolist() == [STEPS, STEPS]
    assert talk.points["runs"].tolist() == [4] * 8
    assert talk.series["issue"].cat.categories.tolist() == ["civil", "military", "pooled"]
    counts = talk.with_settings(talk.series).groupby(["part", "dialogue_level"], observed=True).size()
    assert counts.tolist() == [len(plain["series"]) // 4] * 4


def test_switches_are_booleans(tmp_path):
    plan = {"scenario": "two_blocs", "steps": 2, "replicates": 1, "fields": {"actors": 6},
            "vary": {"realist": [False, True]}}  # fmt: skip
    found = load(sweep(plan, tmp_path / "out").folder)
    assert found.runs["realist"].dtype == "boolean"
    assert found.runs["realist"].tolist() == [False, True]


# --- pairs, contrasts, twins, the map ---------------------------------------------------------------------------------


def end_values(plain, measure):
    """Means over the last 20 steps (measure.state_steps), as the codebook says, by run and issue."""
    series = plain["series"]
    late = series[series["step"] > STEPS - 20]
    return late.groupby(["run_id", "issue"])[measure].mean()


def test_pairs_are_runs_of_one_replicate_that_differ_in_one_setting(talk, plain):
    ends = end_values(plain, "trust_across")
    runs = plain["runs"].set_index("run_id")
    found = talk.pairs("dialogue_level", ["trust_across"])
    pooled = found[found["issue"] == "pooled"]
    assert len(pooled) == 16
    for row in pooled.itertuples():
        one, other = runs.loc[row.run_id], runs.loc[row.run_id_before]
        assert (one["part"], one["replicate"], one["sincerity_level"], one["seed"]) == (
            other["part"], other["replicate"], other["sincerity_level"], other["seed"])  # fmt: skip
        assert (one["dialogue_level"], other["dialogue_level"]) == (1, 0)
        assert row.difference == pytest.approx(ends[row.run_id, "pooled"] - ends[row.run_id_before, "pooled"])


def test_contrasts_are_means_of_the_pairs(talk, plain):
    ends = end_values(plain, "trust_across").rename("value").reset_index()
    table = ends[ends["issue"] == "pooled"].merge(plain["runs"], on="run_id")
    wide = table.pivot(index=["part", "sincerity_level", "replicate"], columns="dialogue_level", values="value")
    expected = (wide[1] - wide[0]).groupby(level=[0, 1]).agg(["mean", "std", "count"])
    found = talk.contrasts("dialogue_level", ["trust_across"])
    found = found[found["issue"] == "pooled"].set_index(["part", "sincerity_level"])
    assert found["mean"].to_dict() == pytest.approx(expected["mean"].to_dict())
    assert found["n"].tolist() == [4] * 4
    half = 3.182446305284263 * expected["std"] / 2  # t, 3 degrees of freedom, 97.5 %
    assert (found["high"] - found["mean"]).to_dict() == pytest.approx(half.to_dict())


def test_contrasts_of_the_plan(talk, plain):
    found = talk.contrasts(measures=["enf"])
    stored = plain["contrasts"].query("measure == 'enf'")
    assert found["mean"].tolist() == pytest.approx(stored["difference"].tolist(), nan_ok=True)
    assert set(found["contrast"]) == {"talk"}


def test_a_plan_without_contrasts_wants_a_parameter(tmp_path):
    plan = {"scenario": "two_blocs", "steps": 2, "replicates": 1, "vary": {"dialogue.level": [0, 1]}}
    found = load(sweep(plan, tmp_path / "out").folder)
    with pytest.raises(InputError, match="dialogue_level"):
        found.contrasts()


def test_twins_have_their_settings(talk, plain):
    assert len(talk.twins) == len(plain["twins"]) > 0
    assert set(talk.twins["dialogue_level"]) == {1}
    assert talk.twins["difference"].tolist() == plain["twins"]["difference"].tolist()


def test_the_regime_map_counts_runs(tmp_path_factory):
    plan = {"scenario": "two_blocs", "steps": 12, "replicates": 3, "seed": 1, "record": {"every": 4},
            "vary": {"dialogue.level": [0, 1], "scenario.polarisation": [0.2, 0.5, 0.9]}}  # fmt: skip
    found = load(sweep(plan, tmp_path_factory.mktemp("map") / "out").folder)
    runs = pd.read_csv(found.folder / "runs.csv")
    state = runs["state_civil"].mode()[0]
    expected = runs.assign(hit=runs["state_civil"] == state).pivot_table(
        index="scenario_polarisation", columns="dialogue_level", values="hit", aggfunc="mean")  # fmt: skip
    shown = found.regime_map("civil", state)
    assert shown.shape == (3, 2)
    assert np.allclose(shown.to_numpy(), expected.to_numpy())
    assert (
        found.regime_map("civil").groupby(["dialogue_level", "scenario_polarisation"])["count"].sum().tolist()
        == [3] * 6
    )


# --- survival ---------------------------------------------------------------------------------------------------------


def test_kaplan_meier_of_the_textbook():
    """Remission under 6-MP, in weeks (Freireich et al. 1963): Kalbfleisch & Prentice (2002), and Collett (2015)."""
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    censored = {3, 5, 7, 8, 11, 12, 13, 16, 17, 18, 19, 20}
    found = kaplan_meier(weeks, [k not in censored for k in range(21)])
    happened = found[found["events"] > 0].set_index("time")
    assert happened["at_risk"].to_dict() == {6: 21, 7: 17, 10: 15, 13: 12, 16: 11, 22: 7, 23: 6}
    assert happened["survival"].round(4).to_dict() == {
        6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}  # fmt: skip
    assert found["censored"].sum() == 12
    assert found["at_risk"].iloc[0] == 21
    # Greenwood's standard error at 23 weeks is 0.1346; on the scale log(-log S)
    share, error = 0.44818, 0.1346
    width = 1.959964 * error / (share * abs(math.log(share)))
    low, high = share ** math.exp(width), share ** math.exp(-width)
    assert happened.loc[23, ["ci_low", "ci_high"]].tolist() == pytest.approx([low, high], abs=0.001)


def test_kaplan_meier_of_few_and_of_none():
    assert kaplan_meier([], []).empty
    never = kaplan_meier([5, 5], [False, False])
    assert never[["time", "at_risk", "events", "censored", "survival"]].to_numpy().tolist() == [
        [0, 2, 0, 0, 1], [5, 2, 0, 2, 1]]  # fmt: skip
    at_once = kaplan_meier([3], [True])
    assert at_once["survival"].tolist() == [1, 0]


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@pytest.mark.parametrize("seed", range(20))
def test_kaplan_meier_is_that_of_scipy(seed):
    rng = np.random.default_rng(seed)
    times, seen = rng.integers(1, 12, 25).astype(float), rng.random(25) < 0.1 * (seed % 11)
    curve = stats.ecdf(stats.CensoredData.right_censored(times, ~seen)).sf
    found = kaplan_meier(times, seen).set_index("time").loc[curve.quantiles]
    assert found["survival"].tolist() == pytest.approx(curve.probabilities)
    inside = (curve.probabilities > 0) & (curve.probabilities < 1)
    assert found["ci_low"].notna().tolist() == inside.tolist()
    if inside.any():
        span = curve.confidence_interval(0.95, method="log-log")
        for name, side in (("ci_low", span.low), ("ci_high", span.high)):
            assert found[name][inside].tolist() == pytest.approx(side.probabilities[inside])


@pytest.mark.parametrize("hold", [0, 6])
def test_times_are_the_first_records_at_which_a_condition_held(talk, plain, hold):
    series = plain["series"].query("issue == 'civil' and step > 0")
    expected = {}
    for run_id, run in series.groupby("run_id"):
        held = dict(zip(run["step"], run["enf"] < 1.6, strict=True))
        first = [step for step in held if all(held.get(s, False) for s in range(step, step + hold + 1, 3))]
        expected[run_id] = (first[0], True) if first else (STEPS - hold, False)
    found = talk.times("enf < 1.6", "civil", hold)
    assert {row.run_id: (row.time, row.observed) for row in found.itertuples()} == expected
    assert found["observed"].sum() > 0
    assert len(found) == 32


def test_a_pooled_state_is_that_of_the_mean_over_issues(talk, plain):
    """The lines of the codebook: F across blocs below 0.5, and fewer than two effective forums."""
    rows = plain["series"].query("issue != 'pooled' and step > 0")
    means = rows.groupby(["run_id", "step"])[["fragmentation_across", "enf"]].mean()
    held = (means["fragmentation_across"] < 0.5) & (means["enf"] < 2)
    first = held[held].reset_index().groupby("run_id")["step"].min().to_dict()
    found = talk.times("convergence").set_index("run_id")
    assert {name: found.loc[name, "time"] for name in first} == first
    assert set(found.index[found["observed"]]) == set(first)


def test_survival_by_setting_is_that_of_its_runs(talk):
    found = talk.survival("enf < 1.6", "civil", by="dialogue_level")
    assert list(found.columns[:3]) == ["part", "dialogue_level", "time"]
    times = talk.times("enf < 1.6", "civil")
    for (part, level), own in found.groupby(["part", "dialogue_level"], observed=True):
        runs = times[(times["part"] == part) & (times["dialogue_level"] == level)]
        assert own["at_risk"].iloc[0] == len(runs) == 8
        assert own["events"].sum() == runs["observed"].sum()
        assert own["censored"].sum() == (~runs["observed"]).sum()


# --- members ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def truth(talk):
    """The run of a row of runs.csv, with the state at every step."""

    def of(run_id):
        row = talk.runs.set_index("run_id").loc[run_id]
        case, params = settle(
            load_scenario("two_blocs", actors=16, polarisation=0.3 if row["part"] == "near" else 0.8),
            {"dialogue.level": row["dialogue_level"], "sincerity.level": row["sincerity_level"]},
        )
        assert row["seed"] == run_seed(3, int(row["replicate"]))
        return case, run_arrays(case, params, STEPS, int(row["seed"]), snapshots=range(STEPS + 1)).snapshots

    return of


def test_members_at_any_step_are_those_of_the_run(talk, truth):
    detailed = sorted(set(talk.detail("memberships")["run_id"]))
    assert len(detailed) == 8
    for run_id in detailed[:3]:
        case, worlds = truth(run_id)
        for step in (0, 4, 9, 13, STEPS):
            world = worlds[step]
            pairs = np.argwhere(world.member & world.live()[:, None])
            expected = {(case.forum_ids[f], case.actor_ids[i]) for f, i in pairs}
            found = talk.memberships(step, run_id)
            assert set(zip(found["forum"], found["actor"], strict=True)) == expected
            assert found["attention"].notna().all() == (step in (0, 9, STEPS))
    assert set(talk.memberships("end")["step"]) == {STEPS}
    assert set(talk.memberships("start")["run_id"]) == set(detailed)


def test_members_after_an_intervention(tmp_path):
    acts = [{"step": 0, "act": "leave", "actor": "west_major", "forum": "universal_civil"}]
    plan = {"scenario": "two_blocs", "steps": 6, "replicates": 1, "seed": 1, "interventions": acts,
            "parameters": {"rule.membership": 0},
            "record": {"detail": "all", "snapshots": [0, 6]}}  # fmt: skip
    found = load(sweep(plan, tmp_path / "out").folder)

    def inside(at):
        rows = found.memberships(at)
        return ("universal_civil", "west_major") in set(zip(rows["forum"], rows["actor"], strict=True))

    assert [inside(0), inside(1), inside(6)] == [True, False, False]


def test_members_follow_each_kind_of_event():
    """By hand: a, b and c in f and g at step 4; the snapshot is taken before what a user does after its step."""
    members = pd.DataFrame(
        [(4, f, a, 0.5) for f in "fg" for a in "abc"], columns=["step", "forum", "actor", "attention"]
    )
    rows = [
        (4, "exit", "a", "f"), (4, "intervention", "b", None), (4, "exit", "b", "f"), (5, "join", "d", "g"),
        (6, "not_renewed", "c", "g"), (7, "dissolution", None, "f"), (8, "join", "a", "h"), (9, "merger", None, "g"),
    ]  # fmt: skip
    events = pd.DataFrame(rows, columns=["step", "event", "actor", "forum"])

    def at(step):
        found = members_at(members, events, [4], step)
        return " ".join(f"{f}{a}" for f, a in zip(found["forum"], found["actor"], strict=True))

    assert at(4) == "fa fb fc ga gb gc"  # the exit of a came before the snapshot, which is the truth
    assert at(5) == "fa fc ga gb gc gd"
    assert at(6) == "fa fc ga gb gd"
    assert at(7) == "ga gb gd"
    assert at(9) == "ha"


def test_foundings_are_the_forums_of_the_runs(talk, truth):
    found = talk.foundings()
    assert len(found)
    assert {"part", "dialogue_level", "point"} <= set(found.columns)
    for run_id in sorted(set(talk.detail("events")["run_id"])):
        case, worlds = truth(run_id)
        world = worlds[STEPS]
        born = np.flatnonzero((world.status != Status.EMPTY) & (world.founded > 0))
        rows = found[found["run_id"] == run_id].set_index("forum")
        assert set(rows.index) == {case.forum_ids[f] for f in born}
        for f in born:
            row = rows.loc[case.forum_ids[f]]
            assert (row["step"], row["founder"]) == (world.founded[f], case.actor_ids[world.founder[f]])
            assert row["bloc"] == case.blocs[world.bloc[world.founder[f]]]
            ended = world.status[f] in (Status.DISSOLVED, Status.MERGED)
            assert pd.notna(row["end"]) == ended
            assert not row["dated"]


def test_the_network_has_the_memberships_as_edges(talk, truth):
    run_id = sorted(set(talk.detail("actors")["run_id"]))[0]
    case, worlds = truth(run_id)
    world = worlds[9]
    member = (world.member & world.live()[:, None]).astype(int)
    graph = talk.network(9, run_id)
    edges = {(f"actor:{case.actor_ids[i]}", f"forum:{case.forum_ids[f]}") for f, i in np.argwhere(member)}
    assert {tuple(sorted(edge)) for edge in graph.edges} == edges
    assert nx.is_bipartite(graph)
    assert graph.nodes["actor:west_major"]["bloc"] == "west"
    assert graph.number_of_nodes() == world.actors + int(world.live().sum())
    shared = member.T @ member
    actors = talk.network(9, run_id, "actors")
    for i, j in zip(*np.triu_indices(world.actors, 1), strict=True):
        weight = actors.get_edge_data(case.actor_ids[i], case.actor_ids[j], {"weight": 0})["weight"]
        assert weight == shared[i, j]
    assert talk.network("end", run_id, "forums").number_of_nodes() == int(worlds[STEPS].live().sum())


def test_graphml_is_read_back(talk, folder, tmp_path):
    done = CliRunner().invoke(app, ["export", str(folder), "--graphml", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == 8
    for path in files:
        run_id = path.stem.removeprefix("network_")
        graph, own = nx.read_graphml(path), talk.network("end", run_id)
        assert {frozenset(edge) for edge in graph.edges} == {frozenset(edge) for edge in own.edges}
        assert graph.nodes["actor:east_major"] == own.nodes["actor:east_major"]


# --- mistakes and words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda e: e.pairs("dialogue"), "'dialogue' was not varied"),
        (lambda e: e.contrasts("dialogue_level", ["enff"]), "did you mean 'enf'"),
        (lambda e: e.contrasts("dialogue_level", ["enf"], 7), "found 7"),
        (lambda e: e.survival("convergance"), "event"),
        (lambda e: e.survival("enff < 2"), "enff"),
        (lambda e: e.survival("enf < 2", "civl"), "did you mean 'civil'"),
        (lambda e: e.survival(by="dialog_level"), "did you mean 'dialogue_level'"),
        (lambda e: e.survival(hold=-1), "0 or more"),
        (lambda e: e.memberships(99), "a step from 0 to 24"),
        (lambda e: e.memberships("2031"), "a step from 0 to 24"),
        (lambda e: e.memberships(True), "a step from 0 to 24"),
        (lambda e: e.memberships(run_id="s0"), "run_id: found 's0'"),
        (lambda e: e.network(), "8 runs have snapshots; name one"),
        (lambda e: e.network(run_id=e.memberships()["run_id"][0], kind="actor"), "did you mean 'actors'"),
        (lambda e: e.regime_map("civl"), "did you mean 'civil'"),
        (lambda e: e.regime_map(state="apart"), "state"),
        (lambda e: e.detail("event"), "table: found 'event'; allowed: events, forums,"),
        (lambda e: e.contrasts("dialog_level"), "did you mean 'dialogue_level'"),
        (lambda e: e.contrasts("part"), "parts are compared by the [contrasts] of a plan"),
        (lambda e: e.survival("convergent"), "allowed: convergence, polycentric, mixed, fragmentation, or a condition"),
        (lambda e: e.survival("convergent"), "did you mean 'convergence'"),
        (lambda e: e.survival("enf < 1,5"), "write the decimals after a point: 1.5"),
        (lambda e: e.memberships(run_id="r"), "run_id: found 'r'; allowed: r"),
        (lambda e: e.memberships(run_id=""), "run_id: found ''; allowed: r"),
    ],
)
def test_mistakes_are_told(talk, ask, told):
    with pytest.raises(InputError) as error:
        ask(talk)
    assert told in str(error.value)


def test_settings_are_known_by_their_names_in_the_plan(talk):
    for ask in (
        lambda name: talk.contrasts(name, ["trust_across"]),
        lambda name: talk.pairs(name, ["trust_across"]),
        lambda name: talk.survival("enf < 1.5", by=name),
    ):
        pd.testing.assert_frame_equal(ask("dialogue.level"), ask("dialogue_level"))


def test_a_run_is_known_by_the_beginning_of_its_id(talk):
    run_id = talk.memberships()["run_id"].iloc[0]
    assert set(talk.memberships(run_id=run_id[:9])["run_id"]) == {run_id}
    assert talk.network(run_id=run_id[:9]).number_of_nodes() == talk.network(run_id=run_id).number_of_nodes()


def test_a_date_is_counted_from_the_start_of_each_run(tmp_path):
    starts = ["2023-Q4", "2024-Q3"]
    plan = {"scenario": "ai_governance", "steps": 6, "replicates": 1, "vary": {"scenario.start": starts},
            "record": {"every": 6, "detail": "all", "snapshots": [0, 6]}}  # fmt: skip
    found = load(sweep(plan, tmp_path / "out", workers=1).folder)
    start_of = found.runs.set_index("run_id")["scenario_start"].astype(str)
    for date in ("2024-Q4", "2024-11-30"):  # four quarters after the first start, one after the second
        steps = found.memberships(at=date).groupby("run_id")["step"].first()
        assert {start_of[run_id]: step for run_id, step in steps.items()} == {"2023-Q4": 4, "2024-Q3": 1}
    for date in ("2025-Q3", "2024-Q1"):  # after the end of one, before the start of the other
        with pytest.raises(InputError, match=r"a date from 2023-Q4 to 2025-Q2|a date from 2024-Q3 to 2026-Q1"):
            found.memberships(at=date)


def test_a_folder_without_snapshots_says_how_to_get_them(tmp_path):
    found = load(sweep({"scenario": "two_blocs", "steps": 2, "replicates": 1}, tmp_path / "out").folder)
    assert found.foundings().empty
    with pytest.raises(InputError, match="no run has snapshots"):
        found.memberships()


def test_words_for_a_notebook(talk, folder):
    text = repr(talk)
    assert "32" in text
    assert "\n" not in text
    assert "dialogue_level (2)" in text
    assert "<table>" in talk._repr_html_()
    run = simulate("two_blocs", steps=4, seed=5, fields={"actors": 6})
    assert repr(run).startswith("<Run of two_blocs, seed 5, 4 steps: ")
    assert len(repr(run)) < 100
    assert run._repr_html_().count("<tr>") == 4
    assert "&lt;b&gt;" in load(_renamed(folder))._repr_html_()


def _renamed(folder):
    other = folder.with_name("<b>")
    if not other.exists():
        other.symlink_to(folder, target_is_directory=True)
    return other


def test_a_plot_shows_what_the_series_holds():
    run = simulate("two_blocs", steps=6, seed=5, fields={"actors": 8})
    first, second = run.plot(["fragmentation", "trust_across"]).axes
    lines = {line.get_label(): line for line in first.get_lines()}
    assert set(lines) == {"civil", "military", "pooled"}
    pooled = run.series[run.series["issue"] == "pooled"]
    assert lines["pooled"].get_ydata().tolist() == pooled["fragmentation"].tolist()
    assert lines["pooled"].get_xdata().tolist() == pooled["step"].tolist()
    assert len({(line.get_color(), line.get_linestyle()) for line in lines.values()}) == 3
    assert [line.get_label() for line in second.get_lines()] == ["pooled"]
    with pytest.raises(InputError, match="did you mean 'enf'"):
        run.plot(["enff"], ["civil"])
