"""Model against logits: a forecast for every pair of a scored forum and a state, and how good each is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from forumsim.core.world import Floats, Ints
from forumsim.running.run import params_for
from forumsim.scenarios import Scenario
from forumsim.studies.backtest import inputs, logit
from forumsim.studies.backtest.model_side import (
    Facts,
    chances,
    facts_before,
    opening_world,
    pooled,
    sizes,
    with_spread_of_others,
)
from forumsim.studies.backtest.rosters import Roster, rosters
from forumsim.studies.backtest.scoring import score

#: Forecasts, as they are named in tables. ``share`` gives every state the forum's own share of members: it knows how
#: many are in, which the others do not, and nothing of who.
FORECASTS = ("model", "logit", "relational", "share")
#: States that count as powerful: as many as in the first trial of these rosters.
MOST_POWERFUL = 20


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a comparison found."""

    #: ``forum, actor, state`` (row), ``powerful``, ``member`` and a chance by each of the forecasts: one row for each
    #: scored forum and state
    pairs: pd.DataFrame
    #: ``forum, forecast, quantity, value, low, high, noise``; quantity is ``auc``, ``brier``, ``expected`` (members by
    #: the forecast), or ``auc_lead`` and ``brier_lead``: by how much the model is better than that forecast (above 0 it
    #: is). ``forum`` may be ``pooled``, ``mean`` or ``powerful`` (the mean among the most powerful). Intervals:
    #: bootstrap over states, each drawn in all its forums; for the last three the forums are drawn as well. Noise: the
    #: standard error that is due to the number of replicates.
    scores: pd.DataFrame
    left_out: dict[str, str]  #: forums that are not scored, with the reason
    replicates: int
    forecasts: tuple[str, ...] = FORECASTS  #: the model first
    notes: tuple[str, ...] = field(default=())  #: what was made of files that a user brought

    def value(self, forum: str, forecast: str, quantity: str, column: str = "value") -> float:
        """One figure of the score table, or another column of its row."""
        table = self.scores
        row = (table["forum"] == forum) & (table["forecast"] == forecast) & (table["quantity"] == quantity)
        return float(table.loc[row, column].iloc[0])


@dataclass(frozen=True, eq=False)
class Told:
    """What the logits and the model say of some rosters: one entry a roster each."""

    #: (n, k): inputs of the two logits
    plain: list[Floats]
    relational: list[Floats]
    by_group: list[Floats]  #: (G, n): chances by the model from each group of replicates


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
        Parameters of the model other than the scenario's. Whoever gives ``taste.readiness`` has it taken as it is;
        else its spread is estimated without the scored forum.
    own_charter : bool
        Whether forums have the scenario's charters (see `forumsim.studies.backtest.model_side.world_before`).
    done : callable, optional
        Told of each forum when the model is through with it.

    Raises
    ------
    InputError
        Every mistake in the parameters at once.
    """
    scored, left_out = rosters(case)
    told = ask(case, facts_before(case, scored), scored, parameters, replicates, seed, own_charter, done)
    logits = {
        "logit": left_one_out(scored, told.plain),
        "relational": left_one_out(scored, told.relational),
    }
    pairs = tabulate(case.actor_ids, scored, told, replicates, logits)
    scores = score(pairs, np.concatenate(told.by_group, axis=1), sizes(replicates), FORECASTS)
    return Comparison(pairs, scores, left_out, replicates)


def ask(
    case: Scenario,
    facts: Facts,
    scored: Sequence[Roster],
    parameters: Mapping[str, Any] | None,
    replicates: int,
    seed: int,
    own_charter: bool,
    done: Callable[[str], None] | None = None,
) -> Told:
    """What the logits are told of each roster, and the chances by the model; no replicates: no chances."""
    params = params_for(case, parameters)
    estimated = "taste.readiness" not in (parameters or {})
    told = Told([], [], [])
    for roster in scored:
        opening = opening_world(facts, params, roster, own_charter)
        told.plain.append(inputs.plain(case.issues, opening, roster.states))
        told.relational.append(inputs.relational(opening, params, roster.row, roster.states))
        if replicates:
            own = with_spread_of_others(facts, params, roster) if estimated else params
            told.by_group.append(chances(facts, own, roster, replicates, seed, own_charter)[:, roster.states])
        if done is not None:
            done(roster.forum)
    return told


def tabulate(
    actor_ids: Sequence[str],
    scored: Sequence[Roster],
    told: Told,
    replicates: int,
    others: Mapping[str, Sequence[Floats]],
) -> pd.DataFrame:
    """The pairs of a `Comparison`: the model's chances, those of ``others`` by name (one array a roster), the share."""
    powerful = _most_powerful(scored, told.plain)
    tables = []
    for place, roster in enumerate(scored):
        table = pd.DataFrame(
            {
                "forum": roster.forum,
                "actor": [actor_ids[i] for i in roster.states],
                "state": roster.states,
                "powerful": np.isin(roster.states, powerful),
                "member": roster.member,
                "model": pooled(told.by_group[place], replicates),
            }
        )
        for name, forecasts in others.items():
            table[name] = forecasts[place]
        table["share"] = table["member"].mean()
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _most_powerful(scored: Sequence[Roster], plain: Sequence[Floats]) -> Ints:
    """Rows of the `MOST_POWERFUL` states among those that are scored anywhere, by power when they were first asked."""
    power: dict[int, float] = {}
    for roster, given in zip(scored, plain, strict=True):
        for i, log_power in zip(roster.states, given[:, inputs.PLAIN.index("log power")], strict=True):
            power.setdefault(int(i), float(log_power))
    states = np.array(sorted(power), int)
    strongest = np.argsort([-power[i] for i in states], kind="stable")[:MOST_POWERFUL]
    first: Ints = states[strongest]
    return first


def left_one_out(scored: Sequence[Roster], given: Sequence[Floats]) -> list[Floats]:
    """Chances of each forum's states by a logit fitted on all the other forums together."""
    forecasts = []
    for own in range(len(scored)):
        rest = [k for k in range(len(scored)) if k != own]
        forecasts.append(fitted_on([scored[k] for k in rest], [given[k] for k in rest], given[own]))
    return forecasts


def fitted_on(known: Sequence[Roster], given: Sequence[Floats], asked: Floats) -> Floats:
    """Chances for the inputs ``asked`` by a logit fitted on the known rosters, whose inputs are ``given``."""
    outcome = np.concatenate([roster.member for roster in known])
    return logit.predict(logit.fit(np.concatenate(given), outcome), asked)
