"""A gate: an accession ladder. A forum is open to those who are in another forum on one of its issues and can staff it.

In forums.csv the forum has ``own_gate`` = ``ladder``, and ``admission`` = ``invitation`` or empty.
"""

from forumsim.extensions import gate, parameter


@gate(floor=parameter(1.0, 0, 10, "Least capacity of a member; 1 is the mean of all states.", range=(0.5, 1.5)))
def ladder(world, p, forum, actor, floor):
    shares_an_issue = (world.mandate & world.mandate[forum]).any(axis=1) & world.live()
    shares_an_issue[forum] = False
    return world.capacity[actor] >= floor and world.member[shares_an_issue, actor].any()
