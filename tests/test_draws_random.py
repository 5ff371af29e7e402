"""Keyed draws as random numbers: uniform, independent, their laws. Every check is shown to fail a weak generator."""

import math

import numba
import numpy as np
import pytest
from scipy import stats

from draw_checks import (
    GAMMA,
    MASK,
    PURPOSES,
    along,
    equal_counts,
    key_of,
    kolmogorov_smirnov,
    largest,
    neighbours,
    orders,
    pair,
    places,
    purposes,
    signs,
    two_sided,
    uniformity,
    within_word,
)
from forumsim.core import draws
from forumsim.scenarios.two_blocs import _normal

#: A p-value below the first is no chance: some 1200 are computed. What is meant to fail falls below the second.
POSSIBLE, IMPOSSIBLE = 1e-6, 1e-12


@numba.njit
def fill(keys, uniforms, quarters):
    """Uniform and 16-bit draws of keys (n, 5)."""
    for n in range(keys.shape[0]):
        key = draws.stream(np.uint64(keys[n, 0]), keys[n, 1], keys[n, 2])
        uniforms[n] = draws.uniform(key, keys[n, 3], keys[n, 4])
        quarters[n] = draws.quarter(key, keys[n, 3], keys[n, 4])


def drawn(keys):
    """The generator under test, as `draw_checks` has it."""
    fill(keys, uniforms := np.empty(len(keys)), np.empty(len(keys)))
    return uniforms


def drawn_16(keys):
    """The same of 16-bit draws, each at the middle of its class."""
    fill(keys, np.empty(len(keys)), quarters := np.empty(len(keys)))
    return (quarters + 0.5) / 65536


def assert_random(found):
    """No p-value is too small, and together they are uniform."""
    values = np.array(list(found.values()))
    assert values.min() > POSSIBLE, min(found, key=found.get)
    assert values.size < 30 or kolmogorov_smirnov(values) > POSSIBLE


def test_draws_look_random():
    assert_random(uniformity(drawn))
    assert_random(neighbours(drawn))
    assert_random(purposes(drawn, PURPOSES))


def test_16_bit_draws_look_random():
    assert_random(uniformity(drawn_16, 16))
    assert_random(neighbours(drawn_16, 16))
    assert_random(purposes(drawn_16, PURPOSES))
    assert_random(within_word(drawn_16))


def merged(first, second):
    """Keys whose first index is the sum of two."""

    def draw(keys):
        keys = keys.copy()
        keys[:, first] += keys[:, second]
        keys[:, second] = 0
        return drawn(keys)

    return draw


def without(index):
    """A generator that does not look at one of the keys."""
    return lambda keys: drawn(keys * (np.arange(5) != index))


def lattice(keys):
    """Multiples of the golden ratio: uniform, and far too evenly so."""
    return keys.sum(axis=1) * (math.sqrt(5) - 1) / 2 % 1


def multiplied(keys):
    """A weighted sum of the keys modulo 2^64 without a finaliser: the low bits have short periods."""
    weights = np.array([0xD1342543DE82EF95, GAMMA, 0xBF58476D1CE4E5B9, 2**32 * GAMMA & MASK, GAMMA], dtype=np.uint64)
    return ((keys.astype(np.uint64) * weights).sum(axis=1, dtype=np.uint64) >> np.uint64(11)) / 2**53


def sticky(keys):
    """One draw in ten is that of the neighbour before."""
    before = np.maximum(keys - np.eye(5, dtype=np.int64)[4], 0)
    return np.where(drawn(keys + 1000) < 0.1, drawn(before), drawn(keys))


def among(*indices):
    """Neighbours in some indices alone."""
    return lambda draw: neighbours(draw, indices=indices)


WEAK = [
    ("skewed", lambda keys: drawn(keys) ** 1.1, uniformity),
    ("32 bits", lambda keys: np.floor(drawn(keys) * 2**32) / 2**32, uniformity),
    ("lattice", lattice, uniformity),
    ("multiplied", multiplied, uniformity),
    ("seed + step", merged(0, 2), among(0, 2)),
    ("purpose + step", merged(1, 2), among(1, 2)),
    ("a + b", merged(3, 4), among(3, 4)),
    ("step left out", without(2), among(2, 3)),
    ("multiplied", multiplied, among(0, 4)),
    ("sticky", sticky, among(3, 4)),
    ("purpose left out", without(1), lambda draw: purposes(draw, PURPOSES[:3])),
    ("one word for two", lambda keys: drawn(keys // [1, 1, 1, 1, 2]), within_word),
]


@pytest.mark.parametrize("draw, check", [row[1:] for row in WEAK], ids=[row[0] for row in WEAK])
def test_a_weak_generator_does_not(draw, check):
    assert min(check(draw).values()) < IMPOSSIBLE


def test_p_values_are_those_of_the_books():
    """Chi-square .95 quantile with 1 degree 3.8415; normal 1.96; Kolmogorov 1.3581; each is .05 on one side."""
    assert two_sided(stats.chi2(1), 3.841459) == pytest.approx(0.1, abs=1e-6)
    assert two_sided(stats.norm, -1.959964) == pytest.approx(0.05, abs=1e-6)
    assert two_sided(stats.kstwobign, 1.358099) == pytest.approx(0.1, abs=1e-5)
    assert largest(np.array([0.3, -1.959964])) == pytest.approx(1 - 0.95**2, abs=1e-6)
    assert signs(np.array([0.25, 0.875]), 3).tolist() == [[-1, 1, -1], [1, 1, 1]]


# --- laws -------------------------------------------------------------------------------------------------------
def sample(draw, rows=600, numbers=range(0, 200, 2)):
    """Draws of a stream over actors and numbers, a column for each number."""
    return np.array([[draw(key_of(), a, b) for b in numbers] for a in range(rows)])


def in_order(permute, purpose=draws.ORDER, size=4):
    """Permutation number k: that of step k."""

    def of(k):
        out = np.arange(size)
        permute(key_of(purpose=purpose, step=k), out)
        return out

    return of


def exchange_with_any(key, out):
    """The shuffle that everybody writes once: exchanges with any place, of which some orders come out more often."""
    for i in range(out.size):
        j = int(draws.uniform(key, i, 0) * out.size)
        out[i], out[j] = out[j], out[i]


@pytest.mark.parametrize("chance", [0.003, 0.2, 0.5, 0.97])
def test_16_bit_draws_hold_with_their_probability(chance):
    found = drawn_16(along((1, draws.SEEN, 1, 0, 0), 4, n=200_000)) * 65536
    held = (found < draws.share16(chance)).sum()
    assert two_sided(stats.binom(found.size, chance), held) > POSSIBLE
    assert two_sided(stats.binom(found.size, chance * 0.6), held) < IMPOSSIBLE


def gumbel(key, a, b):
    """A Gumbel draw, by its quantile."""
    return draws.gumbel(draws.uniform(key, a, b))


def test_gumbel_draws():
    found = sample(gumbel)
    assert kolmogorov_smirnov(found.ravel(), "gumbel_r") > POSSIBLE
    assert kolmogorov_smirnov(found.ravel(), "gumbel_l") < IMPOSSIBLE
    share = stats.gumbel_r.cdf(found)
    assert min(pair(share[:, ::2].ravel(), share[:, 1::2].ravel(), "", 30).values()) > POSSIBLE


@pytest.mark.parametrize("value, heat", [([0.3, 0.0, -0.4], 0.6), ([1.0, 0.9, 0.0, -3.0], 1.0)])
def test_gumbel_draws_make_logit_choices(value, heat):
    """McFadden 1974: the option of the largest value + noise is chosen with the logit probability."""
    noise = sample(gumbel, 20_000, range(len(value)))
    wanted = np.exp(np.array(value) / heat) / np.exp(np.array(value) / heat).sum()

    def chance(noise):
        chosen = np.bincount((value + heat * noise).argmax(axis=1), minlength=len(value))
        return two_sided(stats.chi2(len(value) - 1), stats.chisquare(chosen, wanted * len(noise)).statistic)

    assert chance(noise) > POSSIBLE
    assert chance(-noise) < IMPOSSIBLE
    assert chance(stats.norm.ppf(stats.gumbel_r.cdf(noise))) < IMPOSSIBLE, "a probit is no logit"


def test_normal_draws():
    found = sample(_normal)
    assert kolmogorov_smirnov(found.ravel(), "norm") > POSSIBLE
    assert kolmogorov_smirnov(found.ravel() * 1.1, "norm") < IMPOSSIBLE
    tails = (np.abs(found) > 3).sum()
    assert two_sided(stats.binom(found.size, 2 * stats.norm.sf(3)), tails) > POSSIBLE
    for apart in range(1, 4):
        x, y = stats.norm.cdf(found[:, :-apart:4]).ravel(), stats.norm.cdf(found[:, apart::4]).ravel()
        assert min(pair(x[: y.size], y[: x.size], "", 30).values()) > POSSIBLE, apart


def test_normal_draws_of_neighbouring_numbers_are_not_independent():
    """Each takes two numbers: that is why they are two apart."""
    found = stats.norm.cdf(sample(_normal, 600, range(40)))
    assert min(pair(found[:, ::2].ravel(), found[:, 1::2].ravel(), "", 30).values()) < IMPOSSIBLE


@pytest.mark.parametrize("purpose", [draws.ORDER, draws.FOUNDING_ORDER])
def test_permutations(purpose):
    assert_random(orders(in_order(draws.permutation, purpose)))
    assert_random(places(in_order(draws.permutation, purpose, 60), 60))


def test_other_shuffles_fail():
    assert orders(in_order(exchange_with_any))["orders"] < IMPOSSIBLE
    assert places(in_order(exchange_with_any, size=60), 60, 4000)["places"] < IMPOSSIBLE
    back_and_forth = orders(lambda k: in_order(draws.permutation)(k - k % 2)[:: 1 - 2 * (k % 2)])
    assert back_and_forth["orders in a row"] < IMPOSSIBLE


def test_equal_counts_may_also_be_too_equal():
    assert equal_counts([1000] * 64) < IMPOSSIBLE
