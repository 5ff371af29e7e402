"""A rule: who leaves a forum loses trust of its trade partners that stay in it.

Trade is proportional to the product of two actors' power and falls with the distance of their positions (a gravity
equation, Tinbergen 1962). Linkage to trade is what Axelrod & Keohane (1985) call issue linkage.
"""

import numpy as np

from forumsim.core.terms import Event
from forumsim.extensions import parameter, rule


@rule(
    after="membership",
    price=parameter(0.2, 0, 1, "Share of trust lost with the closest trade partner.", unit="share", range=(0, 0.5)),
    distance=parameter(2.0, 0, 10, "How fast trade falls with the distance of positions."),
)
def trade_linkage(world, p, price, distance):
    log = world.log()
    exits = log[(log["step"] == world.step) & (log["kind"] == Event.EXIT)]
    for leaver, forum in zip(exits["actor"], exits["forum"], strict=True):
        gap = np.sqrt(((world.position - world.position[leaver]) ** 2).mean(axis=1))
        trade = world.power * world.power[leaver] * np.exp(-distance * gap)
        trade[leaver] = 0
        if trade.max() > 0:
            stayed = world.member[forum]
            world.trust[stayed, leaver] *= 1 - price * trade[stayed] / trade.max()
