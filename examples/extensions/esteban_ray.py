"""A measure: polarisation of Esteban & Ray (1994, Econometrica 62), with forums as groups.

P = sum over pairs of forums of s_f^(1 + alpha) s_g d_fg: s is a forum's share of all power-weighted attention on the
issue, d the distance of the two charters on it. It is 0 where one forum has all attention, and largest where two of
equal size are far apart: 2^-(1 + alpha) times their distance.
"""

import numpy as np

from forumsim.extensions import measure, parameter


@measure(
    unit="index",
    high=1,
    label="Polarisation of forums",
    formula="sum_f sum_g s_f^(1 + alpha) s_g |c_f - c_g|",
    reference="Esteban & Ray 1994",
    description="Missing where nobody attends to any forum on the issue.",
    per_issue=True,
    alpha=parameter(1.3, 0, 1.6, "Weight of identification within a group; 0 gives a Gini index."),
)
def esteban_ray(world, p, alpha):
    weight = (world.attention * world.power).sum(axis=1) * world.live()
    values = []
    for issue in range(world.issues):
        share = weight * world.mandate[:, issue]
        if share.sum() == 0:
            values.append(np.nan)
            continue
        share = share / share.sum()
        distance = np.abs(world.charter[:, None, issue] - world.charter[None, :, issue])
        values.append((share[:, None] ** (1 + alpha) * share[None, :] * distance).sum())
    return [*values, np.nanmean(values) if not np.isnan(values).all() else np.nan]
