"""Model against logits: a forecast for every pair of a scored forum and a state, and how good each is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forumsim.core.world import Bools, Floats, Ints
from forumsim.running.run import record_for
from forumsim.scenarios import Scenario
from forumsim.studies.backtest import inputs, logit
from forumsim.studies.backtest.model_side import Facts, chances, opening_world
from forumsim.studies.backtest.rosters import Roster, rosters
from forumsim.studies.backtest.scores import BOOTSTRAP_SEED, auc, auc_draws, brier, brier_draws, percentiles, resampled

#: Forecasts, as they are named in tables. ``share`` gives every state the forum's own share of members: it knows how
#: many are in, which the others do not, and nothing of who.
FORECASTS = ("model", "logit", "relational", "share")
#: Rows of the score table that are not forums: all pairs together, and the mean over forums.
POOLED, MEAN = "pooled", "mean"
#: States that count as powerful: as many as in the first trial of these rosters.
POWERFUL = 20

#: A figure, and the same of each resample.
Draws = tuple[float, Floats]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a comparison found.

    Attributes
    ----------
    pairs : DataFrame
        ``forum, actor, state`` (row), ``powerful``, ``member`` and a chance by each of `FORECASTS`: one row for each
        scored forum and state.
    scores : DataFrame
        ``forum, forecast, quantity, value, low, high``; quantity is ``auc``, ``brier``, ``expected`` (members by the
        forecast), or ``auc_lead`` and ``brier_lead``: by how much the model is better than that forecast (above 0 it
        is). ``forum`` may be `POOLED` or `MEAN`. Intervals: bootstrap over states, each drawn in all its forums;
        for `POOLED` and `MEAN` the forums are drawn as well.
    left_out : dict of str to str
        Forums that are not scored, with the reason.
    replicates : int
    """

    pairs: pd.DataFrame
    scores: pd.DataFrame
    left_out: dict[str, str]
    replicates: int

    def value(self, forum: str, forecast: str, quantity: str, column: str = "value") -> float:
        """One figure of the score table, or ``low`` or ``high`` of its interval."""
        table = self.scores
        row = (table["forum"] == forum) & (table["forecast"] == forecast) & (table["quantity"] == quantity)
        return float(table.loc[row, column].iloc[0])


def compare(
    case: Scenario,
    replicates: int,
    seed: int = 1,
    parameters: Mapping[str, Any] | None = None,
    own_charter: bool = True,
    done: Callable[[str], None] | None = None,
) -> Comparison:
    """Hold the rule of membership against the rosters of autumn 2024, and two logits beside it.

    The logits are fitted on the *other* forums. The model is not fitted here; but the handful of parameters that the
    scenario ships with, its gates and most charters were set with these rosters in view, so for the model the
    comparison is in-sample in that respect. The relational logit gets the same charters and gates.

    Parameters
    ----------
    case : Scenario
        ``ai_governance`` or a copy with the same issues.
    replicates : int
        Runs of the model for each forum.
    seed : int
        Seed that those of the replicates follow from.
    parameters : mapping, optional
        Parameters of the model other than the scenario's.
    own_charter : bool
        False: charters of the scored forums from their founders alone (`opening_world`).
    done : callable, optional
        Told of each forum when the model is through with it.

    Raises
    ------
    InputError
        Every mistake in the parameters at once.
    """
    params = record_for(case, parameters)
    scored, left_out = rosters(case)
    facts = Facts.before(case, scored)
    tables = []
    columns: dict[str, list[Floats]] = {"logit": [], "relational": []}
    powerful = _most_powerful(facts, scored)
    for roster in scored:
        opening = opening_world(facts, params, roster, own_charter)
        columns["logit"].append(inputs.plain(case, opening, roster.states))
        columns["relational"].append(inputs.relational(opening, params, roster.row, roster.states))
        model = chances(facts, params, roster, replicates, seed, own_charter)[roster.states]
        tables.append(
            pd.DataFrame(
                {
                    "forum": roster.forum,
                    "actor": [case.actor_ids[i] for i in roster.states],
                    "state": roster.states,
                    "powerful": np.isin(roster.states, powerful),
                    "member": roster.member,
                    "model": model,
                }
            )
        )
        if done is not None:
            done(roster.forum)
    for name, given in columns.items():
        for table, forecast in zip(tables, left_one_out(scored, given), strict=True):
            table[name] = forecast
    for table in tables:
        table["share"] = table["member"].mean()
    pairs = pd.concat(tables, ignore_index=True)
    return Comparison(pairs, score(pairs), left_out, replicates)


def _most_powerful(facts: Facts, scored: Sequence[Roster]) -> Ints:
    """Rows of the `POWERFUL` states of most power among those that are scored anywhere."""
    states = np.unique(np.concatenate([roster.states for roster in scored]))
    power = facts.worlds[scored[0].opened - 1].power[states]
    first: Ints = states[np.argsort(-power, kind="stable")[:POWERFUL]]
    return first


def left_one_out(scored: Sequence[Roster], given: Sequence[Floats]) -> list[Floats]:
    """Chances of each forum's states by a logit fitted on all the other forums together."""
    forecasts = []
    for own in range(len(scored)):
        rest = [k for k in range(len(scored)) if k != own]
        outcome = np.concatenate([scored[k].member for k in rest])
        coefficients = logit.fit(np.concatenate([given[k] for k in rest]), outcome)
        forecasts.append(logit.predict(coefficients, given[own]))
    return forecasts


def score(pairs: pd.DataFrame) -> pd.DataFrame:
    """The score table of `Comparison` from its pairs."""
    states, state = np.unique(pairs["state"], return_inverse=True)
    names = list(dict.fromkeys(pairs["forum"]))
    forum = np.array([names.index(name) for name in pairs["forum"]])
    by_state = resampled(len(states))[:, state]
    by_forum = resampled(len(names), seed=BOOTSTRAP_SEED + 1)
    drawn: dict[tuple[str, str], tuple[Draws, Draws]] = {}
    rows: list[tuple[str, str, str, float, float, float]] = []
    member = pairs["member"].to_numpy(bool)
    for forecast in FORECASTS:
        chance = pairs[forecast].to_numpy(float)
        for place, name in enumerate(names):
            at = forum == place
            drawn[name, forecast] = _draws(chance[at], member[at], by_state[:, at])
            rows.append((name, forecast, "expected", float(chance[at].sum()), np.nan, np.nan))
        rows.append((POOLED, forecast, "expected", float(chance.sum()), np.nan, np.nan))
        drawn[POOLED, forecast] = _draws(chance, member, by_state * by_forum[:, forum])
        parts = [drawn[name, forecast] for name in names]
        drawn[MEAN, forecast] = (_mean([part[0] for part in parts], by_forum), _mean([p[1] for p in parts], by_forum))
    for (name, forecast), both in drawn.items():
        for quantity, (value, draws), (mine, ours) in zip(("auc", "brier"), both, drawn[name, "model"], strict=True):
            rows.append((name, forecast, quantity, value, *percentiles(draws)))
            sign = 1.0 if quantity == "auc" else -1.0
            if forecast != "model":
                lead, leads = sign * (mine - value), sign * (ours - draws)
                rows.append((name, forecast, f"{quantity}_lead", lead, *percentiles(leads)))
    return pd.DataFrame(rows, columns=["forum", "forecast", "quantity", "value", "low", "high"])


def _draws(chance: Floats, member: Bools, counts: Floats) -> tuple[Draws, Draws]:
    return (auc(chance, member), auc_draws(chance, member, counts)), (
        brier(chance, member),
        brier_draws(chance, member, counts),
    )


def _mean(parts: Sequence[Draws], counts: Floats) -> Draws:
    """Mean over forums, and over the forums drawn; a forum whose figure a draw leaves undefined counts for nothing."""
    draws = np.column_stack([draws for _, draws in parts])
    weight = counts * ~np.isnan(draws)
    total = weight.sum(axis=1)
    sums = (np.nan_to_num(draws) * weight).sum(axis=1)
    means = np.divide(sums, total, out=np.full(len(draws), np.nan), where=total > 0)
    return float(np.mean([value for value, _ in parts])), means
