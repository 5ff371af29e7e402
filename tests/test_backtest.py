"""The backtest: scores and logit against plain formulas, no leakage, dates, rates, reproducible, the CSV."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from statistics import NormalDist
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, mannwhitneyu

from forumsim.commands.backtest import backtest
from forumsim.core.errors import InputError
from forumsim.core.terms import Event, Term
from forumsim.running.run import params_for
from forumsim.scenarios import load_scenario
from forumsim.scenarios.loader import SHIPPED
from forumsim.scenarios.quarters import quarter_number
from forumsim.studies.backtest import gates, inputs, logit, model_side
from forumsim.studies.backtest.compare import compare, left_one_out
from forumsim.studies.backtest.lives import count_run
from forumsim.studies.backtest.model_side import facts_before, opening_world, pooled, with_spread_of_others
from forumsim.studies.backtest.rosters import AUTUMN, Roster, rosters
from forumsim.studies.backtest.scores import auc, auc_draws, brier, brier_draws, percentiles, resampled
from forumsim.studies.backtest.scoring import MEAN, POOLED
from forumsim.studies.verification.worlds import PLAIN, record, states

FOLDER = SHIPPED / "ai_governance"
SCORED = {
    "OECD_AIP", "GPAI", "AI_PFD", "US_POLDEC_MIL", "REAIM", "AI_SUMMIT", "UNGA_LAWS", "UNGA_78_265", "UNGA_78_311",
    "COE_AI_CONV",
}  # fmt: skip
FEW = 20


def read(name):
    return pd.read_csv(FOLDER / f"{name}.csv", keep_default_na=False, na_values=[""])


def chances(facts, params, roster, replicates, seed=1, own_charter=True, estimated=True):
    """Chances over all replicates."""
    params = with_spread_of_others(facts, params, roster) if estimated else params
    return pooled(model_side.chances(facts, params, roster, replicates, seed, own_charter), replicates)


@pytest.fixture(scope="module")
def case():
    return load_scenario("ai_governance")


@pytest.fixture(scope="module")
def scored(case):
    return {roster.forum: roster for roster in rosters(case)[0]}


@pytest.fixture(scope="module")
def facts(case, scored):
    return facts_before(case, scored.values())


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What the command prints and writes."""
    path = tmp_path_factory.mktemp("backtest") / "table.csv"
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        backtest(FEW, runs=2, out=path)
    return SimpleNamespace(text=text.getvalue(), table=pd.read_csv(path))


# --- scores ---------------------------------------------------------------------------------------------------------


def test_auc_by_hand():
    """Members at .9 and .4, outsiders at .8, .4, .1: of six pairs 3 + 0 + 1/2 + 1 are won."""
    forecast = np.array([0.9, 0.8, 0.4, 0.4, 0.1])
    member = np.array([True, False, True, False, False])
    assert auc(forecast, member) == pytest.approx(4.5 / 6)
    assert np.isnan(auc(forecast, np.zeros(5, bool)))


@pytest.mark.parametrize("seed", range(5))
def test_auc_is_the_statistic_of_mann_and_whitney(seed):
    generator = np.random.default_rng(seed)
    forecast = generator.integers(0, 12, 80) / 11  # with ties
    member = generator.random(80) < 0.3
    u = mannwhitneyu(forecast[member], forecast[~member]).statistic
    assert auc(forecast, member) == pytest.approx(u / (member.sum() * (~member).sum()), abs=1e-12)


def test_resamples_score_as_the_repeated_observations_do():
    generator = np.random.default_rng(3)
    forecast, member = generator.random(30), generator.random(30) < 0.4
    counts = resampled(30, draws=6, seed=1)
    assert (counts.sum(axis=1) == 30).all()
    for drawn, area, loss in zip(
        counts, auc_draws(forecast, member, counts), brier_draws(forecast, member, counts), strict=True
    ):
        again = np.repeat(np.arange(30), drawn.astype(int))
        assert area == pytest.approx(auc(forecast[again], member[again]))
        assert loss == pytest.approx(brier(forecast[again], member[again]))


def test_brier_by_hand_and_interval_without_undefined_draws():
    assert brier(np.array([1.0, 0.25, 0.5]), np.array([True, False, True])) == pytest.approx((0 + 1 / 16 + 1 / 4) / 3)
    low, high = percentiles(np.array([np.nan, *np.linspace(0, 1, 1001)]))
    assert (low, high) == pytest.approx((0.025, 0.975))


# --- logit ----------------------------------------------------------------------------------------------------------


def test_logit_of_one_group_is_the_log_odds_ratio():
    """Of 40 with the mark 30 are in, of 60 without it 12: closed form ln(12/48) and ln(30/10) - ln(12/48)."""
    mark = np.repeat([1.0, 0.0], [40, 60])[:, None]
    inside = np.concatenate([np.arange(40) < 30, np.arange(60) < 12])
    constant, slope = logit.fit(mark, inside)
    assert constant == pytest.approx(np.log(12 / 48), abs=1e-6)
    assert slope == pytest.approx(np.log(30 / 10) - np.log(12 / 48), abs=1e-6)
    assert logit.predict(np.array([constant, slope]), mark[[0, -1]]) == pytest.approx([0.75, 0.2], abs=1e-6)


def test_logit_finds_known_coefficients():
    generator = np.random.default_rng(7)
    truth = np.array([-1.0, 2.0, -0.5])
    inputs = generator.normal(5.0, [1.0, 3.0], (40_000, 2))
    chance = logit.predict(truth, inputs)
    found = logit.fit(inputs, generator.random(40_000) < chance)
    design = np.column_stack([np.ones(40_000), inputs])
    errors = np.sqrt(np.diag(np.linalg.inv((design.T * (chance * (1 - chance))) @ design)))  # Fisher information
    assert (np.abs(found - truth) < 4 * errors).all()


def test_logit_forecasts_do_not_depend_on_units_and_stay_finite_when_the_data_separate():
    generator = np.random.default_rng(2)
    inputs = generator.normal(size=(60, 2))
    outcome = generator.random(60) < 0.4
    scaled = inputs * [1000.0, 0.01] + [5.0, -3.0]
    assert logit.predict(logit.fit(scaled, outcome), scaled) == pytest.approx(
        logit.predict(logit.fit(inputs, outcome), inputs), abs=1e-8
    )
    apart = logit.fit(inputs, inputs[:, 0] > 0)
    assert np.isfinite(apart).all()
    assert ((logit.predict(apart, inputs) > 0.5) == (inputs[:, 0] > 0)).all()


def test_a_forum_has_no_part_in_the_logit_that_forecasts_it():
    generator = np.random.default_rng(1)
    given = [generator.normal(size=(50, 2)) for _ in range(3)]
    inside = [generator.random(50) < 0.5 for _ in range(3)]

    def forecasts(members):
        some = [Roster(str(k), k, 0, 0, np.array([], int), np.arange(50), m) for k, m in enumerate(members)]
        return left_one_out(some, given)

    before, after = forecasts(inside), forecasts([~inside[0], *inside[1:]])
    assert np.array_equal(before[0], after[0])
    assert not np.allclose(before[1], after[1])


def test_inputs_of_the_logits_by_hand(case, scored, facts, monkeypatch):
    """REAIM, opened by its host, the Netherlands, seen from Brazil and Kenya."""
    roster, p = scored["REAIM"], params_for(case)
    ids = ["BRA", "KEN"]
    rows = np.array([case.actor_ids.index(name) for name in ids])
    opening = opening_world(facts, p, roster)
    actors = read("actors").set_index("id")
    trust = read("trust").set_index(["a", "b"])["trust"]
    for name, given in zip(ids, inputs.relational(opening, p, roster.row, rows), strict=True):
        known = trust.get((name, "NLD"), trust.get(("NLD", name)))
        gap = abs(actors.loc[name, "position_military"] - 0.42)
        assert given == pytest.approx([gap, known, 1 / actors.loc[name, "capacity"], 1], abs=1e-9)
    for name, given in zip(ids, inputs.plain(case.issues, opening, rows), strict=True):
        ideal = NormalDist().inv_cdf(1 - actors.loc[name, "position_order"])
        assert given[[0, 2]] == pytest.approx([ideal, actors.loc[name, "position_values"]], abs=1e-9)
    size = inputs.plain(case.issues, opening, rows)[:, 1]
    assert size[0] - size[1] == pytest.approx(np.log(actors.loc["BRA", "power"] / actors.loc["KEN", "power"]))
    summit = scored["AI_SUMMIT"]  # invites from .2 per cent of the power on
    sizes = actors.loc[[case.actor_ids[i] for i in summit.states], "power"]
    monkeypatch.setattr(gates, "BOUND", 0.0)  # as if its bounds were known to a hair
    monkeypatch.setattr(gates, "LOG_POWER", 0.0)
    let_in = inputs.relational(opening_world(facts, p, summit), p, summit.row, summit.states)[:, 3]
    assert set(let_in) == {0.0, 1.0}
    assert sizes[let_in == 1].min() > 0.00195
    assert let_in[sizes < 0.00195].max() == 0


# --- rosters --------------------------------------------------------------------------------------------------------


def test_scored_are_rosters_that_vary_and_are_not_given(case, scored):
    left_out = rosters(case)[1]
    assert set(scored) == SCORED
    assert {f for f, why in left_out.items() if why == "closed list"} == set(read("gates")["forum"])
    assert set(left_out) | SCORED == set(read("forums")["id"])


def test_scored_states_are_of_the_un_and_neither_founders_nor_hearsay(case, scored):
    forums, members = read("forums").set_index("id"), read("memberships")
    actors = read("actors").set_index("id")
    united = set(actors.index[(actors["kind"] == "state") & (actors["role"] != "union")])
    assert len(united) == 193
    for name, roster in scored.items():
        ids = {case.actor_ids[i] for i in roster.states}
        rows = members[members["forum"] == name]
        founders = str(forums["founder"].fillna("")[name]).split(";")
        founders = set(founders if forums["mode"][name] == "standing" else founders[:1])
        assert ids == united - founders - set(rows.loc[rows["confidence"] == "C", "actor"])
        gone = {"REAIM": {"CHN"}, "AI_SUMMIT": {"CHN", "BRA", "IRL"}}.get(name, set())  # did not sign in 2024
        inside = {case.actor_ids[i] for i in roster.states[roster.member]}
        assert inside == (set(rows["actor"]) & ids) - gone


# --- the model's side -----------------------------------------------------------------------------------------------


def altered(tmp_path, change, without=""):
    """The shipped scenario with other memberships, and without the dated departures from a forum."""
    folder = tmp_path / "ai_governance"
    shutil.copytree(FOLDER, folder)
    change(read("memberships")).to_csv(folder / "memberships.csv", index=False)
    shocks = read("shocks")
    shocks[(shocks["kind"] != "leave") | (shocks["forum"] != without)].to_csv(folder / "shocks.csv", index=False)
    return load_scenario(folder)


@pytest.mark.parametrize("forum", ["GPAI", "REAIM", "UNGA_78_311"])
def test_the_roster_of_a_scored_forum_does_not_reach_the_model(case, scored, facts, tmp_path, forum):
    """A standing forum, a series and a declaration: other members, the same forecast to the bit."""
    roster = scored[forum]

    def other_members(table):
        founders = {case.actor_ids[i] for i in roster.founders}
        kept = table[(table["forum"] != forum) | table["actor"].isin(founders)]
        outsiders = [case.actor_ids[i] for i in roster.states[~roster.member]]
        new = pd.DataFrame({"forum": forum, "actor": outsiders, "date": "2024-07-02", "role": "member"})
        return pd.concat([kept, new.assign(confidence="B", source="made up")])

    changed = altered(tmp_path, other_members, without=forum)  # China leaves REAIM by date
    theirs = {r.forum: r for r in rosters(changed)[0]}[forum]
    assert not np.isin(roster.states[roster.member], theirs.states[theirs.member]).any()
    assert theirs.member.sum() > 3
    p = params_for(case)
    before = chances(facts, p, roster, 15)
    after = chances(facts_before(changed, [theirs]), p, theirs, 15)
    assert before.sum() > len(roster.founders) + 1
    assert np.array_equal(before, after)


def test_other_rosters_count_when_their_time_has_come(case, scored, facts, tmp_path):
    """78/265 of March 2024 knows the Political Declaration of 2023, and nothing of 78/311 of July 2024."""
    roster, p = scored["UNGA_78_265"], params_for(case, {"membership.crowding": 1.0})
    # else the spread of readiness is learned from all other rosters, as a logit would
    before = chances(facts, p, roster, 15, estimated=False)

    def without(forum):
        changed = altered(tmp_path / forum, lambda table: table[table["forum"] != forum])
        return chances(facts_before(changed, [roster]), p, roster, 15, estimated=False)

    assert not np.array_equal(before, without("US_POLDEC_MIL"))
    assert np.array_equal(before, without("UNGA_78_311"))


def fit_alone(case, forum, **more):
    """Parameters under which z does not depend on members: what is left is fit, fixed cost and fee; and z without n."""
    given = {
        "utility.trust": 0, "utility.network": 0, "utility.sovereignty": 0, "utility.fit_law": 0, "utility.fit": 1,
        "utility.fit_base": 1, "utility.cost": 0, "membership.fee": 1, "membership.crowding": 0,
        "membership.conflict": 0, "membership.exit": False, "membership.reciprocity": 0, "taste.readiness": 0,
        "taste.lineage": 0,
    } | more  # fmt: skip
    row = read("forums").set_index("id").loc[forum]
    actors = read("actors").set_index("id")
    issues = row["mandate"].split(";")
    salience = actors[[f"salience_{k}" for k in issues]].to_numpy(float)
    charter = row[[f"charter_{k}" for k in issues]].to_numpy(float)
    gap = actors[[f"position_{k}" for k in issues]].to_numpy(float) - charter
    distance = np.sqrt((salience * gap**2).sum(axis=1) / salience.sum(axis=1))
    capacity = actors["capacity"].to_numpy(float)
    return params_for(case, given), 1 - distance / 0.25 - 1 / capacity, capacity


def agrees(forecast, expected, n):
    """Whether shares of n independent draws fit these chances: no one is impossible, nor are all of them together."""
    k = np.rint(forecast * n)
    tails = np.minimum(binom.cdf(k, n, expected), binom.sf(k - 1, n, expected))
    z = (k.sum() - n * expected.sum()) / np.sqrt(n * (expected * (1 - expected)).sum())
    return tails.min() > 1e-6 and abs(z) < 4


def test_a_declaration_is_signed_with_the_chance_of_its_formula(case, scored, facts):
    """sig(z) with the crowding by memberships of before 2024, counted here from the table of rosters."""
    roster, n = scored["UNGA_78_265"], 300
    p, z, capacity = fit_alone(case, "UNGA_78_265", **{"membership.crowding": 1.0})
    members = read("memberships")
    in_time = members[members["date"] < "2024-01-01"]
    others = in_time.groupby("actor").size().reindex(list(case.actor_ids), fill_value=0).to_numpy()
    expected = 1 / (1 + np.exp(-(z - others / capacity)))[roster.states]
    forecast = chances(facts, p, roster, n)[roster.states]
    assert agrees(forecast, expected, n)
    later = members.groupby("actor").size().reindex(list(case.actor_ids), fill_value=0).to_numpy()
    assert not agrees(forecast, 1 / (1 + np.exp(-(z - later / capacity)))[roster.states], n)


def test_a_standing_forum_is_looked_at_in_every_quarter_to_autumn(case, scored, facts):
    """The Political Declaration of 2023-Q1 has seven quarters: sig(z) (1 - (1 - rate)^7) outside the red lines."""
    roster, n = scored["US_POLDEC_MIL"], 300
    p, z, _ = fit_alone(case, "US_POLDEC_MIL", **{"membership.rate": 0.3})
    actors = read("actors")
    crossed = (actors["position_military"] - 0.32).abs() > actors["red_line_military"].fillna(np.inf)
    expected = {}
    for steps in (6, 7, 8):
        chance = (1 - 0.7**steps) / (1 + np.exp(-z))
        expected[steps] = np.where(crossed, 0.0, chance)[roster.states]
    steady = ~np.isin(roster.states, [case.actor_ids.index("CHN")])  # its position is moved by a dated shock
    forecast = chances(facts, p, roster, n)[roster.states]
    assert quarter_number(AUTUMN) - roster.opened + 1 == 7
    assert agrees(forecast[steady], expected[7][steady], n)
    assert not agrees(forecast[steady], expected[6][steady], n)
    assert not agrees(forecast[steady], expected[8][steady], n)


def test_founders_charters_move_the_charter_alone(case, scored, facts):
    p = params_for(case)
    own, founders = (chances(facts, p, scored["UNGA_LAWS"], 10, own_charter=said) for said in (True, False))
    assert not np.array_equal(own, founders)
    without = scored["COE_AI_CONV"]  # has no founder to take a charter from
    assert np.array_equal(*(chances(facts, p, without, 10, own_charter=said) for said in (True, False)))


# --- life of organisations ------------------------------------------------------------------------------------------


def test_deaths_a_year_are_the_hazard_when_nobody_chooses():
    """Forums born at a Poisson rate that die with .05 a step: .20 deaths in a forum-year, four steps to the year."""
    p = record(PLAIN, {"founding.poisson": 0.6, "lifecycle.hazard": 0.05, "lifecycle.minimum": 0,
                       "lifecycle.death": 0, "lifecycle.merge": 0, "rule.membership": False})  # fmt: skip
    counts = [count_run(states(3, forums=300, seed=seed), p, 300) for seed in range(6)]
    for age in ("young", "old"):
        deaths, years = (sum(c[f"{what}, {age}"] for c in counts) for what in ("deaths", "years"))
        assert deaths / years == pytest.approx(0.20, abs=4 * np.sqrt(0.2 * 0.95 / years))
        assert deaths > 100
    young = sum(c["years, young"] for c in counts) / sum(c["years, young"] + c["years, old"] for c in counts)
    assert young == pytest.approx(1 - 0.95**20, abs=0.05)  # share of a forum's life that lies before its 20th step


def test_exposure_and_events_of_a_run_in_which_nothing_is_decided(case):
    """Rosters stand still, so that years at risk follow from the tables."""
    p = params_for(case, {f"rule.{name}": False for name in ("membership", "founding", "lifecycle", "voice")})
    counts = count_run(case.build(1, p), p, 8)
    forums, actors, members = read("forums"), read("actors").set_index("id"), read("memberships")
    ours = set(forums.loc[(forums["mode"] == "standing") & (forums["form"] != "bilateral"), "id"])
    kind, role = (members["actor"].map(actors[column]) for column in ("kind", "role"))
    inside = (members["forum"].isin(ours) & (kind == "state") & (role != "union")).sum()
    assert counts["years, young"] + counts["years, old"] == len(ours) * 2
    assert counts["membership-years"] == inside * 2
    assert counts["pair-years"] == (len(ours) * 193 - inside) * 2
    assert counts["exits"] == counts["joins"] == counts["deaths, old"] == counts["foundings"] == 0
    assert counts["awake"] == counts["organisations"] == len(ours)


def test_who_comes_with_a_founding_has_not_joined(case):
    """Nobody looks at a forum, and many try to found one: forums are founded, and no state joins one."""
    p = params_for(case, {"rule.membership": False, "rule.lifecycle": False, "founding.rate": 20})
    counts = count_run(case.build(1, p), p, 12)
    assert counts["foundings"] > 0
    assert counts["joins"] == counts["exits"] == 0
    assert counts["organisations"] == counts["awake"] > 11


def test_who_joins_later_what_was_founded_in_the_run_has_joined(case):
    """Joins are those of the log that come in a later step than the founding of their forum, founded ones included."""
    p = params_for(case, {"rule.lifecycle": False, "founding.rate": 20})
    world = case.build(1, p)
    counts = count_run(world, p, 12)
    rows = world.log()
    rows = rows[(rows["kind"] == Event.JOIN) & (rows["term"] < Term.DATED)]
    state = (world.kind == 0) & (world.role != 2)
    first = {row["forum"]: row["step"] for row in world.log() if row["kind"] == Event.FOUNDING}
    bilateral = case.forum_ids.index("US_CHN_GOV")
    expected = later = 0
    for row in rows:
        if world.mode[row["forum"]] == 0 and row["forum"] != bilateral and state[row["actor"]]:
            expected += first.get(row["forum"]) != row["step"]
            later += row["forum"] in first and first[row["forum"]] < row["step"]
    assert counts["joins"] == expected and later > 0


def test_joins_and_exits_account_for_the_members(case):
    """Members at the end are those of the start, plus joins, less exits: nothing is founded and nothing dies here."""
    p = params_for(
        case,
        {
            "rule.founding": False,
            "rule.lifecycle": False,
            "membership.rate": 1,
            "membership.loyalty": 0,
            "taste.renewal": 1,
        },
    )
    start = case.build(5, p)
    world = start.copy()
    counts = count_run(world, p, 6)
    ours = (start.mode == 0) & start.live() & (np.arange(start.slots) != case.forum_ids.index("US_CHN_GOV"))
    people = (start.kind == 0) & (start.role != 2)
    change = world.member[ours][:, people].sum() - start.member[ours][:, people].sum()
    assert counts["joins"] > 50
    assert counts["exits"] > 50
    assert counts["joins"] - counts["exits"] == change


# --- the command ----------------------------------------------------------------------------------------------------


def test_another_seed_draws_otherwise(case, scored, facts):
    once, again, other = (chances(facts, params_for(case), scored["GPAI"], 5, seed) for seed in (1, 1, 2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


def test_the_same_seed_gives_the_same_figures_and_the_csv_holds_them(case, printed):
    again = compare(case, FEW)
    table = printed.table[printed.table["part"] == "rosters"].set_index(["item", "forecast", "quantity"])
    ours = again.scores.set_index(["forum", "forecast", "quantity"])
    assert len(table) == len(ours)
    for column in ("value", "low", "high"):
        assert np.allclose(table.loc[ours.index, column], ours[column], rtol=0, atol=1e-12, equal_nan=True)


def test_scores_of_the_csv_follow_from_its_chances(printed):
    table = printed.table
    wide = table[table["part"] == "chance"].pivot(index=["item", "quantity"], columns="forecast", values="value")
    scores = table[table["part"] == "rosters"].set_index(["item", "forecast", "quantity"])["value"]
    for name in ("model", "logit", "relational"):
        for forum in (*SCORED, POOLED):
            rows = wide if forum == POOLED else wide.loc[forum]
            score, member = rows[name].to_numpy(), rows["fact"].to_numpy() == 1
            u = mannwhitneyu(score[member], score[~member]).statistic
            assert scores[forum, name, "auc"] == pytest.approx(u / (member.sum() * (~member).sum()))
            assert scores[forum, name, "brier"] == pytest.approx(np.mean((score - member) ** 2))
        mean = np.mean([scores[forum, name, "auc"] for forum in SCORED])
        assert scores[MEAN, name, "auc"] == pytest.approx(mean)
    assert wide["model"].between(0, 1).all()
    intervals = table[table["low"].notna() & table["value"].notna()]
    assert (intervals["low"] <= intervals["high"]).all()


def test_the_command_says_where_the_model_loses(printed):
    leads = printed.table.set_index(["part", "item", "forecast", "quantity"])["value"].loc["rosters"]
    said = " ".join(printed.text.split())
    line = re.search(r"AUC below that of the logit: (.*?)\. ", said)
    assert line is not None
    behind = {forum for forum in SCORED if leads[forum, "logit", "auc_lead"] < 0}
    assert set(re.findall(r"([A-Z_0-9]+) by", line[1])) == behind
    assert behind
    assert "cannot be seen" in said
    assert "set with these rosters in view" in said


def test_mistakes_are_told_before_anything_runs(tmp_path):
    with pytest.raises(InputError, match="no folder"):
        backtest(5, out=tmp_path / "nowhere" / "table.csv")
    with pytest.raises(InputError, match="membership"):
        backtest(5, settings=["membership.rat=1"])
    with pytest.raises(InputError, match="start"):
        backtest(5, settings=["scenario.start=2020-Q1"])


@pytest.mark.slow
def test_the_kept_table_has_the_figures_of_the_command(root, case):
    kept = pd.read_csv(root / "docs" / "backtest.csv").query("part == 'rosters'")
    kept = kept.set_index(["item", "forecast", "quantity"])["value"]
    found = compare(case, 1000)
    names = [("model", "auc"), ("logit", "auc"), ("relational", "auc")]
    names += [(name, "brier") for name in ("model", "logit", "relational", "share")]
    for forum in (*SCORED, POOLED, MEAN):
        for name in names:
            assert found.value(forum, *name) == pytest.approx(kept[(forum, *name)], rel=1e-5), (forum, name)
