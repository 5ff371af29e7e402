"""Statistical checks of keyed draws, each a function of a generator, so that weak generators can be tried as well.

A generator takes keys (n, 5), whose columns are `INDICES`, and returns n numbers in [0, 1). A check returns p-values,
two-sided: a sample that fits too well (a lattice) is as suspect as one that fits badly.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from forumsim.core import draws

MASK = 2**64 - 1
GAMMA = 0x9E3779B97F4A7C15
#: All purposes of `forumsim.core.draws`.
PURPOSES = sorted(
    value
    for name, value in vars(draws).items()
    if name.isupper() and isinstance(value, int) and not name.startswith("_")
)

Numbers = NDArray[np.float64]
Generator = Callable[[NDArray[np.int64]], Numbers]

INDICES = ("seed", "purpose", "step", "a", "b")
#: Points around which one or two of the keys vary.
BASES = ((1, 12, 1, 0, 0), (2**31 - 400_000, 3, 57, 211, 39), (123_456, 18, 20, 7, 640))
SIDE = 128
SIZE = SIDE * SIDE


def key_of(seed: int = 1, purpose: int = draws.TASTE, step: int = 1) -> np.uint64:
    """Key of a stream."""
    return np.uint64(draws.stream(np.uint64(seed), purpose, step))


def along(base: tuple[int, ...], index: int, stride: int = 1, n: int = SIZE) -> NDArray[np.int64]:
    """Keys that differ in one index alone, which goes up by the stride."""
    keys = np.tile(np.array(base, dtype=np.int64), (n, 1))
    keys[:, index] += stride * np.arange(n)
    return keys


def square(base: tuple[int, ...], first: int, second: int) -> NDArray[np.int64]:
    """Keys in which two indices go up in steps of 2: neighbours of one are no neighbours of another."""
    keys = np.tile(np.array(base, dtype=np.int64), (SIZE, 1))
    row, column = np.divmod(np.arange(SIZE), SIDE)
    keys[:, first] += 2 * row
    keys[:, second] += 2 * column
    return keys


def shifted(keys: NDArray[np.int64], index: int, by: int = 1) -> NDArray[np.int64]:
    """The keys with one index moved."""
    keys = keys.copy()
    keys[:, index] += by
    return keys


# --- p-values ---------------------------------------------------------------------------------------------------
def two_sided(law: stats.rv_continuous, value: float) -> float:
    """Chance of a value as far out as this one, on either side."""
    return float(min(1.0, 2 * min(law.cdf(value), law.sf(value))))


def kolmogorov_smirnov(sample: Numbers, law: str = "uniform") -> float:
    """Of the largest distance of the sample's distribution from the law."""
    distance = stats.kstest(sample, law).statistic
    return two_sided(stats.kstwobign, distance * np.sqrt(sample.size))


def equal_counts(counts: Iterable[int]) -> float:
    """Of counts that should be equal (chi-square)."""
    counts = np.ravel(counts)
    expected = counts.sum() / counts.size
    return two_sided(stats.chi2(counts.size - 1), ((counts - expected) ** 2 / expected).sum())


def histogram(sample: Numbers, bins: int = 128) -> float:
    """Of the numbers in classes of equal width."""
    return equal_counts(np.bincount((sample * bins).astype(np.int64), minlength=bins))


def cells(x: Numbers, y: Numbers, bins: int = 16) -> float:
    """Of the pairs in the cells of the unit square."""
    place = (x * bins).astype(np.int64) * bins + (y * bins).astype(np.int64)
    return equal_counts(np.bincount(place, minlength=bins * bins))


def correlation(x: Numbers, y: Numbers) -> float:
    """Of Pearson's correlation."""
    return two_sided(stats.norm, np.corrcoef(x, y)[0, 1] * np.sqrt(x.size))


def signs(sample: Numbers, bits: int) -> NDArray[np.float32]:
    """The leading bits of each number, (n, bits), as -1 and 1 (of which any sum below 2^24 is exact)."""
    words = (sample * 2.0**bits).astype(np.uint64)
    return ((words[:, None] >> np.arange(bits, dtype=np.uint64)) & np.uint64(1)).astype(np.float32) * 2 - 1


def largest(scores: NDArray[np.floating]) -> float:
    """Of the largest of many standard normal scores (Šidák)."""
    return float(-np.expm1(scores.size * np.log1p(-2 * stats.norm.sf(np.abs(scores).max()))))


# --- checks -----------------------------------------------------------------------------------------------------
def uniformity(draw: Generator, bits: int = 53) -> dict[str, float]:
    """Each index varying alone, one by one and in strides: the distribution, and the balance of each bit."""
    found = {}
    for (number, base), index, stride in itertools.product(enumerate(BASES), range(5), (1, 4, 16)):
        sample = draw(along(base, index, stride, 20_000))
        name = f"{INDICES[index]} by {stride} from base {number}"
        found[f"{name}: distribution"] = kolmogorov_smirnov(sample)
        found[f"{name}: classes"] = histogram(sample)
        found[f"{name}: bits"] = largest(signs(sample, bits).sum(axis=0) / np.sqrt(sample.size))
    return found


def pair(x: Numbers, y: Numbers, name: str, bits: int) -> dict[str, float]:
    """Independence of two columns of numbers: in classes, by correlation, and of every bit from every other."""
    between = signs(x, bits).T @ signs(y, bits) / np.sqrt(x.size)
    return {f"{name}: cells": cells(x, y), f"{name}: correlation": correlation(x, y), f"{name}: bits": largest(between)}


def neighbours(draw: Generator, bits: int = 53, indices: Iterable[int] = range(5)) -> dict[str, float]:
    """Next to each other in one index, or in two that might be confused: (i + 1, j) and (i, j + 1), (i, j) and (j, i).

    For a generator that adds up two of its keys, the second kind is the same draw. Two indices vary at a time.
    """
    found = {}
    for first, second in itertools.combinations(indices, 2):
        one, other = INDICES[first], INDICES[second]
        keys = square(BASES[0], first, second)
        here, down, right = draw(keys), draw(shifted(keys, first)), draw(shifted(keys, second))
        found |= pair(here, down, f"{one} and {one} + 1 over {other}", bits)
        found |= pair(here, right, f"{other} and {other} + 1 over {one}", bits)
        found |= pair(down, right, f"{one} + 1 and {other} + 1", bits)
        keys = keys[keys[:, first] < keys[:, second]]
        mirrored = keys.copy()
        mirrored[:, [first, second]] = keys[:, [second, first]]
        found |= pair(draw(keys), draw(mirrored), f"{one}, {other} and {other}, {one}", bits)
    return found


def purposes(draw: Generator, numbers: Iterable[int], bits: int = 16) -> dict[str, float]:
    """Any two purposes with all other keys the same."""
    keys = square(BASES[0], 3, 4)
    columns = {}
    for number in numbers:
        keys[:, 1] = number
        columns[number] = draw(keys)
    found = {}
    for one, other in itertools.combinations(columns, 2):
        found |= pair(columns[one], columns[other], f"purposes {one} and {other}", bits)
    return found


def within_word(draw: Generator) -> dict[str, float]:
    """Numbers b .. b + 3 of 16 bits, which share a word: each with each."""
    keys = square(BASES[0], 3, 4)
    keys[:, 4] *= 2
    of_four = [draw(shifted(keys, 4, place)) for place in range(4)]
    found = {}
    for x, y in itertools.combinations(range(4), 2):
        found |= pair(of_four[x], of_four[y], f"b + {x} and b + {y}", 16)
    return found


def orders(permute: Callable[[int], NDArray[np.int64]], size: int = 4, n: int = 48_000) -> dict[str, float]:
    """Orders number 0 .. n - 1 of a few things: each equally often, and each after each."""
    number = {order: k for k, order in enumerate(itertools.permutations(range(size)))}
    row = np.array([number[tuple(permute(k).tolist())] for k in range(n)])
    following = row[:-1:2] * len(number) + row[1::2]
    return {
        "orders": equal_counts(np.bincount(row, minlength=len(number))),
        "orders in a row": equal_counts(np.bincount(following, minlength=len(number) ** 2)),
    }


def places(permute: Callable[[int], NDArray[np.int64]], size: int, n: int = 12_000) -> dict[str, float]:
    """Everything stands everywhere equally often: the chi-square of a table whose rows and columns sum to n."""
    table = np.zeros((size, size))
    for k in range(n):
        table[np.arange(size), permute(k)] += 1
    value = ((table - n / size) ** 2).sum() * size / n * (size - 1) / size
    return {"places": two_sided(stats.chi2((size - 1) ** 2), value)}


# --- streams ----------------------------------------------------------------------------------------------------
def share_a_word(keys: NDArray[np.uint64], rows: int, columns: int, gamma: int) -> bool:
    """Whether any two streams have a word in common, their words being a function of key + (a 2^32 + b) gamma.

    Exact, without a draw: two keys that share a word are, once divided by gamma (odd) modulo 2^64, less than
    ``rows`` apart in the upper half and less than ``columns`` in the lower one. Sorted by the lower half, such keys
    stand near each other.
    """
    lower = np.uint64(2**32 - 1)
    place = keys * np.uint64(pow(gamma, -1, 2**64))
    place = place[np.argsort(place & lower)]
    for ahead in range(1, place.size):
        apart = np.roll(place, -ahead) - place
        near = (apart & lower) < columns
        upper = apart >> np.uint64(32)
        if (near & ((upper < rows) | (upper > 2**32 - rows))).any():
            return True
        if not near.any():
            return False
    return False
