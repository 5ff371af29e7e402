"""The table of parameters: every one once, with name, default, bounds, plausible range, unit, meaning and source."""

from __future__ import annotations

from forumsim.core.parameter import Parameter

_TRIAL = "trial on real data"
_PRIOR = "prior"
_LOGIT = "logit"


def _p(
    name: str,
    default: float | None,
    bounds: tuple[float, float],
    range_: tuple[float, float] | None,
    unit: str,
    meaning: str,
    source: str = _PRIOR,
    symbol: str = "",
    at_once: bool = True,
) -> Parameter:
    return Parameter(name, default, bounds[0], bounds[1], range_, unit, meaning, source, symbol, at_once)


def _switch(name: str, default: int, meaning: str, at_once: bool = True) -> Parameter:
    return Parameter(name, float(default), 0.0, 1.0, None, "switch", meaning, "model", "", at_once)


def _track(
    track: str, label: str, rate: float, gain: float, move: float, base: float, seen: float, opens: float
) -> tuple[Parameter, ...]:
    name = f"track{track}"
    return (
        _p(f"{name}.rate", rate, (0, 20), (0, 2), "meetings per actor and step", f"meetings on {label} at full level"),
        _p(f"{name}.trust_gain", gain, (0, 1), (0, 0.2), "share", f"trust gained in a genuine meeting on {label}",
           symbol="eta"),
        _p(f"{name}.move", move, (0, 1), (0, 0.05), "share", f"move of positions in a genuine meeting on {label}",
           symbol="mu"),
        _p(f"{name}.base", base, (-50, 50), (-1, 1), _LOGIT, f"readiness to be genuine on {label}"),
        _p(f"{name}.detection", seen, (0, 1), (0.3, 1), "share", f"chance that propaganda on {label} is seen through"),
        _p(f"{name}.opens", opens, (-1, 1), (-1, 0.5), "trust", f"{label} opens when the lower trust exceeds this"),
    )  # fmt: skip


PARAMETERS: tuple[Parameter, ...] = (
    # --- rules on or off ----------------------------------------------------------------------------------------
    _switch("rule.shocks", 1, "dated shocks take place; dated forums open and close all the same"),
    _switch("rule.dialogue", 1, "actors meet on the three tracks"),
    _switch("rule.compliance", 1, "members keep or break commitments"),
    _switch("rule.voice", 1, "dissatisfied members propose reforms"),
    _switch("rule.membership", 1, "actors join, leave and shift attention"),
    _switch("rule.founding", 1, "actors found forums"),
    _switch("rule.lifecycle", 1, "forums merge, fall dormant and die"),
    _switch("rule.drift", 1, "trust and positions drift, hard law pulls outsiders, firms lobby"),
    _switch("realist", 0, "realist null: relative gains decide, trust and dialogue do nothing (Grieco 1988)"),
    _p("realist.rivalry", 1.0, (0, 10), (0, 3), "share", "weight of the others' gain in realist mode",
       "Grieco 1988: U = V - k (W - V)", "k"),
    # --- utility of a membership --------------------------------------------------------------------------------
    _p("utility.fit", 0.5, (0, 20), (0.2, 1), _LOGIT, "weight of the fit of the charter", _TRIAL, "a"),
    _p("utility.fit_scale", 0.25, (0.01, 10), (0.1, 0.5), "distance", "distance at which the fit is zero", _TRIAL,
       "d0"),
    _p("utility.fit_base", 0.6, (0, 5), (0.3, 1), "share", "part of the fit that needs no law", _TRIAL, "b0"),
    _p("utility.fit_law", 0.8, (0, 5), (0.4, 1.2), "share", "part of the fit that law and trust add", _TRIAL, "b1"),
    _p("utility.trust", 2.1, (0, 50), (1.4, 2.7), _LOGIT, "weight of trust in the members", _TRIAL, "beta"),
    _p("utility.trust_size", 0.0, (0, 1), (0, 1), "exponent", "how far the reach weights trust (1: landscape theory)",
       "Axelrod & Bennett 1993 for 1", "delta"),
    _p("utility.network", 1.6, (-50, 1000), (0.2, 3), _LOGIT, "network effect: weight of the reach", _TRIAL, "nu"),
    _p("utility.network_exponent", 1.0, (0.1, 5), (0.5, 2), "exponent", "curvature of the network effect", _TRIAL,
       "gamma"),
    _p("utility.sovereignty", 0.3, (0, 20), (0, 2), _LOGIT, "cost of hard law among members it distrusts",
       "prior: at middling trust law that fits is worth its cost", "kS"),
    _p("utility.cost", 0.2, (-50, 200), (0, 1), _LOGIT, "fixed cost of any membership", _TRIAL, "k0"),
    # --- membership ---------------------------------------------------------------------------------------------
    _p("membership.fee", 1.55, (0, 50), (1, 2.2), _LOGIT, "cost of servicing a membership, over capacity", _TRIAL,
       "kp"),
    _p("membership.crowding", 0.1, (0, 5), (0, 0.2), _LOGIT, "added cost of each further membership, over capacity",
       _TRIAL, "k1"),
    _p("membership.conflict", 0.5, (0, 20), (0.25, 1), _LOGIT, "cost of a conflict with each other membership", _TRIAL,
       "chi"),
    _p("membership.habit", 2.5, (0, 50), (1, 4), _LOGIT, "bonus for having been in the last edition", _TRIAL, "habit"),
    _p("membership.loyalty", 7.0, (0, 100), (6, 8), _LOGIT, "loyalty of a member of long standing, times its own",
       "exits .04 % of membership-years (COW IGO v3)", "l"),
    _p("membership.loyalty_start", 0.5, (0, 1), (0.2, 1), "share", "part of the loyalty that a new member has"),
    _p("membership.tenure", 20, (1, 1000), (8, 40), "steps or parts", "tenure at which loyalty is full"),
    _p("membership.rate", 0.25, (0, 1), (0.1, 1), "per step", "chance that an actor reconsiders a forum", _TRIAL, "r"),
    _p("membership.temperature", 1.0, (0, 50), (0.1, 2), "logit", "noise of the choice; 0 is deterministic", _TRIAL),
    _p("membership.reciprocity", 3.0, (0, 50), (0, 5), _LOGIT, "effect of a founder's past support on signing its text",
       "Keohane 1986", "kR"),
    _p("membership.goodwill", 0.2, (0, 1), (0, 0.5), "trust", "what past support of the members' proposals adds to "
       "their trust in an applicant", "Keohane 1986"),
    _p("membership.objection", 4.0, (0, 50), (0, 5), _LOGIT, "dislike from which an actor objects to a text that is "
       "adopted without a vote"),
    _p("taste.renewal", 0.0, (0, 1), (0, 0.05), "per step", "chance that an actor's taste for a forum is drawn anew; 1 "
       "makes each choice independent of the last", "Heckman 1981: heterogeneity that persists"),
    _p("taste.lineage", 0.7, (0, 1), (0.4, 1), "share", "part of the tastes that a later text takes over from the one "
       "before in its series", "second trial on real data"),
    _p("taste.readiness", 1.0, (0, 10), (0, 2), "temperatures", "spread of the actors' own readiness, which the "
       "rosters of the start show; 0 leaves it out", "empirical Bayes", "tau", at_once=False),
    _p("taste.settled", 1, (0, 100000), None, "steps", "age at the start from which a forum's roster says who wants to "
       "be in it", at_once=False),
    _switch("membership.exclusive", 0, "an actor is in one forum at most and moves to a better one"),
    _switch("membership.outside", 1, "with exclusive membership: staying out is a choice"),
    _switch("membership.exit", 1, "members may leave"),
    _p("membership.waves", 3, (1, 20), (2, 5), "rounds", "rounds in which a declaration or an edition is decided"),
    _p("membership.co_sponsor", 0.3, (0, 1), (0, 0.5), "share", "ledger gained by signing a proposer's declaration"),
    _p("membership.nonstate_law", 0.6, (0, 1), (0.3, 1), "share",
       "legalization above which a forum admits states alone"),
    _p("membership.reputation", 0.25, (0, 5), (0, 1), "trust",
       "how much the reputation of an applicant counts beside the members' trust in it", symbol="wr"),
    _p("attention.temperature", 0.5, (0.01, 50), (0.2, 2), "logit", "spread of attention over memberships", _TRIAL,
       "theta"),
    _p("attention.half_life", 8, (1, 1000), (4, 20), "steps or parts",
       "time in which attention to a declaration halves"),
    _p("attention.shift_conflict", 0.12, (0, 2), (0.05, 0.3), "distance", "conflict from which a change of focus is "
       "regime shifting", _TRIAL),
    _p("attention.shift_margin", 0.1, (0, 1), (0, 0.2), "share", "lead in attention that a forum needs to become the "
       "focus"),
    _p("attention.shift_steps", 2, (1, 1000), (1, 4), "steps", "steps in a row for which it must lead"),
    _p("aspiration.rate", 0.1, (0, 1), (0.02, 0.3), "per step", "speed of the aspiration's moving average"),
    _p("aspiration.start", None, (-100, 100), (0, 1), _LOGIT, "aspiration at the start (unset: the actor's own "
       "satisfaction then)", at_once=False),
    _p("aspiration.tolerance", 0.1, (0, 10), (0, 0.5), _LOGIT, "satisfaction below the average that is borne"),
    # --- dialogue -----------------------------------------------------------------------------------------------
    _p("dialogue.level", 0.3, (0, 1), (0, 1), "share", "level of dialogue on all tracks"),
    _p("dialogue.track2", None, (0, 1), (0, 1), "share", "level of Track 2 alone (unset: the common level)"),
    _p("dialogue.track15", None, (0, 1), (0, 1), "share", "level of Track 1.5 alone (unset: the common level)"),
    _p("dialogue.track1", None, (0, 1), (0, 1), "share", "level of Track 1 alone (unset: the common level)"),
    _p("dialogue.bridging", 0.3, (0, 1), (0, 1), "share", "chance that the partner is the most distant of four",
       _TRIAL),
    _p("dialogue.trust_weight", 3.0, (0, 50), (1, 5), _LOGIT, "effect of trust on being genuine", _TRIAL, "kT"),
    _p("dialogue.sincerity_weight", 1.5, (0, 50), (0.5, 3), _LOGIT, "effect of sincerity on being genuine", _TRIAL,
       "kh"),
    _p("dialogue.candour", 1.0, (0, 1), (0, 1), "share", "part of its insincerity that a side leaves aside toward one "
       "that it fully trusts by its structural trust; 0: it treats allies and rivals alike",
       "prior; Mearsheimer 2011: leaders lie to rivals more than to allies", "c"),
    _p("dialogue.audience", 0.5, (0, 20), (0, 1.5), _LOGIT,
       "how far a public audience lowers being genuine on Track 1"),
    _p("dialogue.penalty", 2.0, (0, 20), (1, 3), "ratio",
       "loss of trust from propaganda that is seen through, against the gain from a genuine meeting",
       "Slovic 1993: trust is lost faster than won", "phi"),
    _p("dialogue.bubble", 0.3, (0, 1), (0, 0.6), "share", "gain from propaganda that is not seen through", _TRIAL),
    _p("dialogue.persuasion_base", 0.20, (0, 2), (0, 0.4), "distance", "distance within which anyone persuades", _TRIAL,
       "e0"),
    _p("dialogue.persuasion_trust", 0.35, (0, 2), (0, 0.7), "distance", "distance that full trust adds", _TRIAL, "e1"),
    _p("dialogue.red_line_move", 0.25, (0, 1), (0, 1), "share", "part of a move that a red-line issue allows", _TRIAL),
    _p("dialogue.hosting", 0.1, (0, 5), (0, 0.5), "share", "Track 2 and 1.5 meetings that epistemic influence adds"),
    _p("dialogue.declaration", 0.2, (0, 1), (0, 0.5), "share", "chance of a joint declaration after a genuine Track 1 "
       "meeting"),
    _p("dialogue.declaration_ledger", 0.3, (0, 1), (0, 0.5), "share", "ledger gained by a joint declaration",
       "prior: one public act in the other's favour counts as another, so as a co-sponsorship"),
    _p("dialogue.deeds_within", 8, (1, 1000), (4, 16), "steps", "time in which deeds must follow words", symbol="L"),
    *_track("2", "Track 2", 1.0, 0.03, 0.010, 0.8, 0.9, -1.0),
    *_track("15", "Track 1.5", 0.8, 0.06, 0.015, 0.4, 0.7, 0.10),
    *_track("1", "Track 1", 0.6, 0.10, 0.020, 0.0, 0.5, 0.25),
    _p("sincerity.scale", 1.0, (0, 2), (0.2, 1), "ratio", "multiplies every actor's sincerity"),
    _p("sincerity.level", None, (0, 1), (0.2, 0.9), "share", "sincerity of every actor (unset: as in the scenario)"),
    _switch("confidence.on", 0, "costly steps of reassurance below the trust threshold"),
    _p("confidence.rate", 0.1, (0, 1), (0, 0.5), "per step", "chance that a genuine actor considers a costly step"),
    _p("confidence.threshold", None, (0, 1), (0.4, 0.8), "trust", "trust from which cooperation needs no reassurance "
       "(unset: by the payoffs)", "Kydd 2005: (P - S)/(P - S + R - Ts), .667 with the defaults", "m"),
    _p("confidence.mimicry", 0.4, (0, 1), (0.1, 0.8), "share",
       "chance that an insincere actor would take the same step, without a stake", "Kydd 2005", "L"),
    _p("confidence.stake", None, (0, 1), (0, 1), "share", "share of the whole that a step puts at risk (unset: every "
       "genuine actor takes the step, no other does)", "Kydd 2005", "a"),
    _p("confidence.temptation", 0.5, (0, 0.99), (0, 0.9), "payoff", "what a genuine actor gains by exploiting trust; "
       "mutual cooperation is R = 1, mutual defection P = 0", "Kydd 2005", "Ts"),
    _p("confidence.exploitation", 1.5, (1, 100), (1, 3), "payoff", "what an insincere actor gains by it", "Kydd 2005",
       "Tu"),
    _p("confidence.sucker", -1.0, (-100, 0), (-3, 0), "payoff", "what the one who is exploited gets", "Kydd 2005", "S"),
    # --- compliance ---------------------------------------------------------------------------------------------
    _p("compliance.base", 0.5, (-50, 50), (0, 1.5), _LOGIT, "readiness to keep commitments",
       "prior: without dialogue trust across blocs stays near its baseline", "q0"),
    _p("compliance.fit", 0.5, (0, 20), (0, 1), _LOGIT, "effect of the fit of the charter", symbol="q1"),
    _p("compliance.law", 0.8, (0, 20), (0, 2), _LOGIT, "effect of legalization", symbol="q2"),
    _p("compliance.trust", 4.0, (0, 20), (2, 6), _LOGIT, "effect of trust in the members",
       "prior: without dialogue trust within and across blocs stays near its baseline", "q3"),
    _p("compliance.misfit", 0.5, (0, 20), (0, 1), _LOGIT, "hard law that does not fit", symbol="q4"),
    _p("compliance.trust_gain", 0.01, (0, 1), (0, 0.03), "share", "trust gained by a kept commitment", _TRIAL, "eta_c"),
    _p("compliance.penalty", 2.0, (0, 20), (1, 3), "ratio",
       "loss of trust from a broken commitment that is seen, against the gain from a kept one",
       "Slovic 1993: trust is lost faster than won", "phi_c"),
    _p("compliance.visibility", 0.2, (0, 1), (0, 0.5), "share", "chance that a member sees compliance with soft law",
       _TRIAL),
    _p("compliance.visibility_law", 0.8, (0, 1), (0, 0.8), "share", "what full legalization adds to it", _TRIAL),
    _p("compliance.reputation_rate", 0.02, (0, 1), (0, 0.1), "per commitment",
       "how far a commitment that is kept or broken moves reputation"),
    # --- voice --------------------------------------------------------------------------------------------------
    _p("voice.rate", 0.5, (0, 1), (0.02, 1), "per step", "chance that a forum has time for a proposal"),
    _p("voice.charter_step", 0.02, (0, 1), (0.005, 0.2), "share", "move of the charter by a reform: principles", _TRIAL,
       "mu_c"),
    _p("voice.law_step", 0.03, (0, 1), (0.005, 0.2), "share", "move of legalization by a reform: rules", _TRIAL,
       "mu_r"),
    _p("voice.dilution_quota", 2 / 3, (0, 1), (0, 1), "share", "share of votes that lower law needs; 0: as other acts",
       "prior: two thirds, as for the text of a treaty, Vienna Convention 1969, art. 9 (2)"),
    _p("voice.acceptance", 0.5, (0, 1), (0, 1), "share", "share of the members' power, and of the member states, that "
       "has to accept the charter before law may rise; 0: none", "prior; Krasner 1982: principles before rules"),
    _p("voice.gain", 20.0, (0, 1000), (5, 50), "logit per logit", "effect of a gain in utility on support",
       symbol="g1"),
    _p("voice.reciprocity", 1.0, (0, 50), (0, 3), _LOGIT, "effect of what a voter owes the proposer on support",
       "specific reciprocity, Keohane 1986", "g2"),
    _p("voice.ledger_step", 0.05, (0, 1), (0, 0.2), "share", "move of the ledger by a vote"),
    _p("voice.regime_change", 0.15, (0, 2), (0.05, 0.3), "distance", "shift of the charter that is a change of the "
       "regime (Krasner 1982)", symbol="D_K"),
    _p("voice.aggregation", 0.0, (0, 1), None, "share", "move of the charter to the members' mean each step",
       "Laver & Sergenti 2012: Aggregator at 1"),
    # --- founding -----------------------------------------------------------------------------------------------
    _p("founding.rate", 1.0, (0, 20), (0, 2), "per step", "attempts to found a forum in the whole system, if there is "
       "room", symbol="f0"),
    _p("founding.room", 20, (0.1, 1000), (5, 60), "forums", "number of forums, awake, at which no room is left",
       "Abbott, Green & Keohane 2016: density dependence"),
    _p("founding.patience", 8, (0, 1000), (0, 20), "steps", "time without success of voice before founding"),
    _p("founding.invite_distance", 0.35, (0, 2), (0.2, 0.5), "distance", "furthest that an invited actor may be",
       _TRIAL, "e_inv"),
    _p("founding.invite_trust", 0.5, (-1, 1), (0.3, 0.7), "trust", "mutual trust that an invitation needs", _TRIAL,
       "T_inv"),
    _p("founding.cost", 0.1, (0, 20), (0, 0.5), _LOGIT, "cost of founding, times 1 + legalization, over capacity",
       _TRIAL, "k_f"),
    _p("founding.selective", 0.3, (0, 1), (0, 1), "share", "how far the trust that a founder asks of the "
       "invited goes up: at 0 all trusted are invited, at 1 anything up to the most trusted alone"),
    _p("founding.all_issues", 0.2, (0, 1), (0, 1), "share", "chance that a new forum covers all issues"),
    _p("founding.nonstate", 0.1, (0, 10), (0, 1), "share", "drive to found of a non-state actor, "
       "times influence; that of a state is the root of its power"),
    _p("founding.inclusive", 0.0, (0, 1), (0, 1), "share", "chance that a new forum is inclusive"),
    _p("founding.legalization", 0.3, (0, 1), (0, 0.8), "share", "legalization of a forum that states found"),
    _p("founding.minimum", 3, (1, 1000), (2, 10), "members", "members that a new forum needs"),
    _p("founding.accommodation", 8, (0, 1000), (0, 20), "steps", "time in which a rivalled charter is more movable",
       "Faude & Parizek 2021"),
    _p("founding.accommodation_factor", 3.0, (1, 20), (1, 5), "ratio", "how much more movable it is",
       "Faude & Parizek 2021"),
    _p("founding.poisson", 0.0, (0, 20), None, "per step", "forums founded by nobody: birth without choice"),
    # --- lifecycle ----------------------------------------------------------------------------------------------
    _switch("lifecycle.fair_share", 1, "vitality is relative to fair shares of attention, else a share of all"),
    _p("lifecycle.dormant", 0.5, (0, 100), (0, 1), "ratio", "vitality below which a forum is dormant", symbol="V_z"),
    _p("lifecycle.death", 0.007, (0, 1), (0, 0.05), "per step", "chance that a dormant forum is dissolved"),
    _p("lifecycle.rate", 0.2, (0, 1), (0.05, 1), "per step", "speed of the moving average of vitality"),
    _p("lifecycle.grace", 6, (0, 1000), (2, 12), "steps", "age up to which a forum is spared", _TRIAL, "grace"),
    _p("lifecycle.merge", 0.1, (0, 1), (0, 0.3), "per step", "chance that two like forums merge", _TRIAL, "p_m"),
    _p("lifecycle.merge_overlap", 0.6, (0, 1), (0.5, 0.9), "share", "Jaccard overlap of members that a merger needs",
       _TRIAL),
    _p("lifecycle.merge_conflict", 0.12, (0, 2), (0.05, 0.3), "distance", "conflict below which forums may merge",
       _TRIAL),
    _p("lifecycle.minimum", 2, (0, 1000), (2, 3), "members", "a forum with fewer members is dissolved"),
    _p("lifecycle.hazard", 0.0, (0, 1), None, "per step", "death without choice"),
    # --- drift --------------------------------------------------------------------------------------------------
    _p("drift.trust", 0.01, (0, 1), (0, 0.05), "per step", "return of trust to its structural baseline", _TRIAL,
       "zeta"),
    _p("drift.position", 0.01, (0, 1), (0, 0.05), "per step", "return of positions to their anchor: stubbornness"),
    _p("drift.salience", 0.05, (0, 1), (0, 0.2), "per step", "return of salience after a crisis"),
    _p("drift.brussels", 0.005, (0, 1), (0, 0.02), "per step", "pull of hard law on the positions of outsiders, times "
       "its legalization and its members' power", "prior; Bradford 2020: the Brussels effect"),
    _p("drift.lobby", 0.005, (0, 1), (0, 0.02), "per step", "pull of a firm on its patron's position, times influence"),
    # --- shocks -------------------------------------------------------------------------------------------------
    _p("shock.scale", 1.0, (0, 10), (0, 2), "ratio", "multiplies the size of every dated shock"),
    _p("shock.window", 4, (0, 1000), (1, 8), "steps", "time in which a summit or crisis keeps Track 1 open"),
    _p("shock.crisis_talks", 2.0, (0, 10), (0, 5), "meetings per pair and step",
       "talks on Track 1 between the parties of a crisis while it lasts, at full level of that track"),
    _p("shock.crisis_worth", 4.0, (0, 50), (0, 8), _LOGIT,
       "how much more genuine a crisis of size 1 makes its parties in these talks: what agreeing is worth"),
    # --- what the scenario sets, scaled -------------------------------------------------------------------------
    _p("redline.scale", 1.0, (0.01, 100), (0.5, 2), "ratio", "multiplies every finite red line: below 1 is tighter"),
    # --- measures -----------------------------------------------------------------------------------------------
    _p("measure.shared_f", 0.5, (0, 1), (0.3, 0.5), "share",
       "fragmentation across blocs below which forums are shared: states of different blocs have more than half of "
       "their attention in common"),
    _p("measure.divided_f", 0.67, (0, 1), (0.5, 0.8), "share",
       "fragmentation across blocs above which forums are divided: less than a third in common"),
    _p("measure.one_enf", 2.0, (1, 100), (1.2, 2), "forums",
       "effective number of forums below which shared forums are one: it then has more than half of all attention"),
    _p("measure.twin", 0.05, (0, 1), (0.02, 0.1), "share",
       "difference of fragmentation across blocs between a run and its twin beyond which it converges or fragments"),
    _p("measure.tendency", 0.05, (0, 1), None, "share", "change of fragmentation across blocs that is a tendency",
       "model"),
    _p("measure.state_steps", 20, (1, 10000), None, "steps", "last steps over which the state is judged", "model"),
    _p("measure.tendency_steps", 10, (1, 10000), None, "steps", "first and last steps that the tendency compares",
       "model"),
    _p("measure.hard_law", 0.6, (0, 1), None, "share", "legalization above which a forum is hard law", "model"),
    _p("measure.synergistic", 0.05, (0, 2), None, "distance", "mean conflict below which fragmentation is synergistic",
       "Biermann et al. 2009"),
    _p("measure.conflictive", 0.15, (0, 2), None, "distance", "mean conflict above which it is conflictive",
       "Biermann et al. 2009"),
)  # fmt: skip
