"""A decision rule: the double majority of the Council of the European Union since the Treaty of Lisbon.

A proposal passes with 55 % of the states that together have 65 % of the members' power (there: of population); a
blocking minority has at least four states. In forums.csv the forum has ``own_decision`` = ``double_majority``.
"""

from forumsim.extensions import decision_rule, parameter


@decision_rule(
    states=parameter(0.55, 0, 1, "Share of the members that must agree.", unit="share"),
    power=parameter(0.65, 0, 1, "Share of the members' power that must agree.", unit="share"),
    blocking=parameter(4, 1, 100, "States that it takes to block by power alone.", unit="members"),
)
def double_majority(world, p, forum, support, voters, states, power, blocking):
    against = voters & ~support
    enough_states = support[voters].sum() >= states * voters.sum()
    enough_power = world.power[support & voters].sum() >= power * world.power[voters].sum()
    return enough_states and (enough_power or against.sum() < blocking)
