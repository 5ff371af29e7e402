"""Seeds of runs: one per replicate, from the seed of the plan alone.

Replicate r has the same seed at every point of the design, so that two points differ in their parameters and in
nothing else: draws are keyed (see `forumsim.core.draws`), which makes the comparison one on common random numbers.
"""

from __future__ import annotations

_BITS = 31  # seeds stay below 2**31: any reader of the CSV takes them for integers
_MASK = 2**_BITS - 1
_ROUNDS = 4


def _finalise(word: int) -> int:
    """Finaliser of SplitMix64 (Stafford's variant 13), as in `forumsim.core.draws.mix`."""
    word &= 2**64 - 1
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB % 2**64
    return word ^ (word >> 31)


def run_seed(plan_seed: int, replicate: int) -> int:
    """Seed of one replicate.

    Parameters
    ----------
    plan_seed : int
        Seed of the plan, >= 0.
    replicate : int
        0 .. 2**31 - 1.

    Returns
    -------
    int
        0 .. 2**31 - 1. For a given plan the map is a keyed bijection (rounds of xor with a key, multiplication by an
        odd number and a shift, each invertible on 31 bits), so that no two replicates share a seed.
    """
    if not 0 <= replicate <= _MASK:
        raise ValueError(f"replicate {replicate} is not in 0 .. {_MASK}")
    return _scatter(plan_seed, replicate) ^ _scatter(plan_seed, 0) ^ (plan_seed & _MASK)


def _scatter(plan_seed: int, replicate: int) -> int:
    """A keyed bijection of 31 bits."""
    word = replicate
    for turn in range(_ROUNDS):
        key = _finalise((plan_seed + 1) * 0x9E3779B97F4A7C15 + turn * 0xD1B54A32D192ED03)
        word ^= key >> (64 - _BITS)
        word = word * ((key & _MASK) | 1) & _MASK
        word ^= word >> 16
    return word
