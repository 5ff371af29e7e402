"""Keyed draws (section 7.1), in Python's whole numbers modulo 2^64."""

from __future__ import annotations

import math
from enum import IntEnum

WORD = 2**64
GOLDEN = 0x9E3779B97F4A7C15


class Purpose(IntEnum):
    """What a draw is for: the table of section 7.1."""

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
    NEGLECT = 50
    FOUNDING_ORDER = 21
    TASTE = 40
    TASTE_RENEWAL = 41
    LINEAGE = 42
    SUMMIT = 45
    CRISIS = 46


def gumbel(u: float) -> float:
    """The standard Gumbel quantile of a uniform draw."""
    return -math.log(-math.log(u + 2.0**-54))


def mix(z: int) -> int:
    """SplitMix64's finish."""
    z %= WORD
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % WORD
    return z ^ (z >> 31)


class Stream:
    """All draws under one key; ``Stream.of`` makes the key from seed, purpose and step."""

    def __init__(self, key: int) -> None:
        self.key = key

    @classmethod
    def of(cls, seed: int, purpose: Purpose, step: int) -> Stream:
        """The stream of a purpose in a step."""
        return cls(mix(mix(mix(seed + GOLDEN) + purpose * GOLDEN) + step * GOLDEN))

    def word(self, a: int, b: int) -> int:
        """64 bits."""
        return mix(self.key + (a * 2**32 + b) * GOLDEN + GOLDEN)

    def draw(self, a: int, b: int) -> float:
        """Uniform on [0, 1)."""
        return (self.word(a, b) >> 11) / 2**53

    def happens_of_16_bits(self, a: int, b: int, chance: float) -> bool:
        """Whether a 16-bit draw, four of which share a word, says yes with this chance."""
        bits = self.word(a, b // 4) >> 16 * (b % 4) & 0xFFFF
        return bits < math.floor(65536 * chance + 0.5)

    def permutation(self, n: int) -> list[int]:
        """0 .. n-1 in an order of the stream's own."""
        order = list(range(n))
        for r in range(n - 1, 0, -1):
            other = int(self.draw(r, 0) * (r + 1))
            order[r], order[other] = order[other], order[r]
        return order
