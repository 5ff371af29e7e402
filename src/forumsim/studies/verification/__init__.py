"""Known results that the rules must reproduce, each as a setting of the rules that every run uses.

Arguments that many of the functions have are not described with each of them: ``seed`` is that of the run (0 .. 2**31 -
1), ``steps`` its length, ``scenario`` a shipped name, ``parameters`` and ``fields`` are as in `forumsim.simulate`.
"""
