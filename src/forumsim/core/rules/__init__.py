"""The rules, one file a process in the order of a step; `forumsim.core.schedule` puts them together.

Every rule is a compiled function ``rule(world, p)`` that changes the world in place; ``p`` is the record of
parameters. It begins by asking its switch (``rule.NAME``), so that a rule that is off leaves all others alone.
"""
