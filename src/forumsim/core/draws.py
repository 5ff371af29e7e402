"""Keyed random draws: every draw is a pure function of (run seed, purpose, step, first key, second key).

Changing one parameter moves no other draw, a rule that is switched off leaves all others alone, and results do not
depend on workers or order: common random numbers by construction. A stream is the counter-based use of SplitMix64
(Steele, Lea & Flood 2014, *Fast splittable pseudorandom number generators*, OOPSLA): the finaliser of Stafford's
variant 13 over ``key + counter * golden gamma``.
"""

from __future__ import annotations

import math

import numpy as np

from forumsim.core.compilation import kernel

# Purposes. A purpose is never renumbered: that would change every result.
SCENARIO = 1
TRACK_2 = 2
TRACK_15 = 3
TRACK_1 = 4
CHANNEL = 5
COMPLIANCE = 6
SEEN = 7
VOICE_PROPOSER = 8
VOICE_SUPPORT = 9
ORDER = 10
RECONSIDER = 11
FOUNDING = 13
FOUNDING_MANDATE = 14
MERGER = 15
CONFIDENCE = 16
HAZARD = 18
FOUNDING_ORDER = 21
TASTE = 40
TASTE_RENEWAL = 41
LINEAGE = 42
SUMMIT = 45
CRISIS = 46
NEGLECT = 50
INTERVENTION = 20  # what a user does to a running model, never drawn from by a rule

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)
_S11, S16, _S32 = np.uint64(11), np.uint64(16), np.uint64(32)
_THREE = np.uint64(3)
LOW16 = np.uint64(0xFFFF)
_UNIT = 1.0 / 9007199254740992.0  # 2**-53


@kernel
def mix(z):
    """Finaliser of SplitMix64: a bijection on 64-bit words in which every bit of the input reaches every output bit."""
    z = (z ^ (z >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    return z ^ (z >> _S31)


@kernel
def stream(seed, purpose, step):
    """Key of the stream of one purpose at one step of one run.

    Parameters
    ----------
    seed : int
        Seed of the run.
    purpose : int
        One of the constants of this module.
    step : int
        Step of the run (negative before its start).
    """
    key = mix(np.uint64(seed) + _GAMMA)
    key = mix(key + np.uint64(purpose) * _GAMMA)
    return mix(key + np.uint64(step) * _GAMMA)


@kernel
def word(key, a, b):
    """The 64-bit word number (a, b) of a stream; a and b in 0 .. 2**32 - 1."""
    return mix(np.uint64(key) + ((np.uint64(a) << _S32) | np.uint64(b)) * _GAMMA + _GAMMA)


@kernel
def uniform(key, a, b):
    """Draw number (a, b) of a stream, uniform on [0, 1) with 53 bits."""
    return np.float64(word(key, a, b) >> _S11) * _UNIT


@kernel
def share16(probability):
    """A probability as a threshold for `quarter`: an integer in 0 .. 65536, rounded to the nearest."""
    return np.uint64(min(max(probability, 0.0), 1.0) * 65536.0 + 0.5)


@kernel
def quarter(key, a, b):
    """16-bit draw number (a, b): four neighbours in b share one word. For the many small chances of observation.

    Compare with `share16`: ``quarter(key, a, b) < share16(p)`` holds with probability p to within 2**-17.
    """
    bits = word(key, a, b >> 2)
    return (bits >> ((np.uint64(b) & _THREE) * S16)) & LOW16


@kernel
def gumbel(u):
    """Standard Gumbel quantile of a draw: the arg max of value / temperature + gumbel is a logit choice."""
    return -math.log(-math.log(u + 0.5 * _UNIT))


@kernel
def permutation(key, out):
    """Fill ``out`` (int64, n) with a uniformly random order of 0 .. n-1 (Fisher-Yates)."""
    n = out.shape[0]
    for i in range(n):
        out[i] = i
    for i in range(n - 1, 0, -1):
        j = int(uniform(key, i, 0) * (i + 1))
        out[i], out[j] = out[j], out[i]
