"""Keyed draws: a reference in plain integers, uniformity, independence, no collisions, common random numbers."""

import itertools
import math

import numba
import numpy as np
import pytest
from scipy import stats

from forumsim import draws

MASK = 2**64 - 1
GAMMA = 0x9E3779B97F4A7C15
PURPOSES = sorted(
    value
    for name, value in vars(draws).items()
    if name.isupper() and isinstance(value, int) and not name.startswith("_")
)


def plain_mix(z: int) -> int:
    """Variant 13 of Stafford's finalisers, as in SplitMix64."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def plain_stream(seed: int, purpose: int, step: int) -> int:
    key = plain_mix((seed + GAMMA) & MASK)
    key = plain_mix((key + purpose * GAMMA) & MASK)
    return plain_mix((key + (step % 2**64) * GAMMA) & MASK)


def plain_word(key: int, a: int, b: int) -> int:
    return plain_mix((key + ((a << 32) | b) * GAMMA + GAMMA) & MASK)


@numba.njit
def table(key, rows, columns):
    """Uniform draws (a, b) of a stream."""
    out = np.empty((rows, columns))
    for a in range(rows):
        for b in range(columns):
            out[a, b] = draws.uniform(key, a, b)
    return out


@numba.njit
def words(keys, rows, columns):
    """Words (a, b) of several streams."""
    out = np.empty((keys.shape[0], rows, columns), dtype=np.uint64)
    for s in range(keys.shape[0]):
        for a in range(rows):
            for b in range(columns):
                out[s, a, b] = draws.word(keys[s], a, b)
    return out


def key_of(seed=1, purpose=draws.MEMBERSHIP, step=1):
    return np.uint64(draws.stream(np.uint64(seed), purpose, step))


def is_uniform(sample, level=1e-3):
    return stats.kstest(np.ravel(sample), "uniform").pvalue > level


def test_the_mixer_is_that_of_splitmix64():
    # first output of the generator from state 0, as published with it
    assert int(draws.mix(np.uint64(GAMMA))) == 0xE220A8397B1DCDAF
    for z in (0, 1, 12345, MASK):
        assert int(draws.mix(np.uint64(z))) == plain_mix(z)


@pytest.mark.parametrize("seed", [0, 1, 2**31 - 1, 2**63])
@pytest.mark.parametrize("step", [-1, 0, 60])
def test_streams_words_and_uniforms_are_the_formula(seed, step):
    for purpose in PURPOSES:
        key = plain_stream(seed, purpose, step)
        assert int(draws.stream(np.uint64(seed), purpose, step)) == key
        for a, b in ((0, 0), (0, 1), (1, 0), (212, 39), (2**32 - 1, 2**32 - 1)):
            word = plain_word(key, a, b)
            assert int(draws.word(np.uint64(key), a, b)) == word
            assert draws.uniform(np.uint64(key), a, b) == (word >> 11) / 2**53
            sixteen = (plain_word(key, a, b >> 2) >> 16 * (b % 4)) & 0xFFFF
            assert int(draws.quarter(np.uint64(key), a, b)) == sixteen


def test_purposes_are_distinct():
    assert len(PURPOSES) >= 19 and len(set(PURPOSES)) == len(PURPOSES)


@pytest.mark.parametrize("purpose", [draws.TRACK_2, draws.MEMBERSHIP, draws.FOUNDING])
def test_draws_are_uniform_over_every_key(purpose):
    assert is_uniform(table(key_of(purpose=purpose), 300, 300))
    assert is_uniform([draws.uniform(key_of(seed, purpose), 3, 4) for seed in range(4000)])
    assert is_uniform([draws.uniform(key_of(1, purpose, step), 3, 4) for step in range(4000)])
    assert is_uniform([draws.uniform(key_of(1, purpose), a, 4) for a in range(4000)])
    assert is_uniform([draws.uniform(key_of(1, purpose), 3, b) for b in range(0, 64_000, 16)])


def test_neighbours_are_independent():
    n = 200
    base = table(key_of(), n, n)
    partners = {
        "next actor": (base[:-1], base[1:]), "next forum": (base[:, :-1], base[:, 1:]), "mirrored": (base, base.T),
        "next step": (base, table(key_of(step=2), n, n)), "next seed": (base, table(key_of(seed=2), n, n)),
        "next purpose": (base, table(key_of(purpose=draws.MEMBERSHIP + 1), n, n)),
    }  # fmt: skip
    for name, (x, y) in partners.items():
        x, y = np.ravel(x), np.ravel(y)
        if name == "mirrored":
            keep = ~np.eye(n, dtype=bool).ravel()
            x, y = x[keep], y[keep]
        counts = np.histogram2d(x, y, bins=10, range=[[0, 1], [0, 1]])[0]
        assert abs(np.corrcoef(x, y)[0, 1]) < 4 / math.sqrt(x.size), name
        chance = 1e-4 if name != "mirrored" else 1e-8  # every pair stands there twice
        assert stats.chisquare(counts.ravel()).pvalue > chance, name


def test_no_two_streams_share_a_word():
    keys = [key_of(seed, purpose, step) for seed in range(3) for purpose in PURPOSES for step in range(-1, 12)]
    assert len({int(k) for k in keys}) == len(keys)
    found = words(np.array(keys, dtype=np.uint64), 30, 40).ravel()
    assert np.unique(found).size == found.size


def test_every_bit_is_fair():
    found = words(np.array([key_of()], dtype=np.uint64), 300, 300).ravel()
    for bit in range(64):
        ones = ((found >> np.uint64(bit)) & np.uint64(1)).sum()
        assert abs(int(ones) - found.size / 2) < 4.5 * math.sqrt(found.size) / 2, bit


def test_one_bit_of_the_key_changes_half_of_the_word():
    changed = []
    for a, bit in itertools.product(range(40), range(16)):
        changed.append((plain_word(77, a, 5) ^ plain_word(77, a ^ (1 << bit), 5)).bit_count())
    assert np.mean(changed) == pytest.approx(32, abs=0.7)


@pytest.mark.parametrize("chance", [0.0, 0.2, 0.5, 1.0])
def test_quarters_hold_with_their_probability(chance):
    threshold = draws.share16(chance)
    held = np.mean([draws.quarter(key_of(), a, b) < threshold for a in range(200) for b in range(100)])
    assert held == pytest.approx(chance, abs=0.012 if 0 < chance < 1 else 0)
    assert int(threshold) == round(chance * 65536)
    assert [int(draws.share16(x)) for x in (-1.0, 2.0)] == [0, 65536]


def test_gumbel_draws_make_logit_choices():
    key = key_of()
    sample = np.array([draws.gumbel(key, a, 0) for a in range(4000)])
    assert stats.kstest(sample, "gumbel_r").pvalue > 1e-3
    value, heat = np.array([0.3, 0.0, -0.4]), 0.6
    noise = np.array([[draws.gumbel(key, a, b) for b in range(1, 4)] for a in range(8000)])
    share = np.bincount((value + heat * noise).argmax(1), minlength=3) / 8000
    assert share == pytest.approx(np.exp(value / heat) / np.exp(value / heat).sum(), abs=0.02)


def test_permutations_are_uniform():
    out = np.empty(4, dtype=np.int64)
    counts = dict.fromkeys(itertools.permutations(range(4)), 0)
    for step in range(6000):
        draws.permutation(key_of(purpose=draws.ORDER, step=step), out)
        counts[tuple(int(x) for x in out)] += 1
    assert stats.chisquare(list(counts.values())).pvalue > 1e-3
    draws.permutation(key_of(), one := np.empty(1, dtype=np.int64))
    assert one.tolist() == [0]


def test_a_draw_depends_on_its_key_alone():
    """No state: any order, any subset, any other draw before it."""
    forward = [draws.uniform(key_of(), a, 7) for a in range(50)]
    for other in range(100):
        draws.uniform(key_of(seed=9), other, other)
    assert [draws.uniform(key_of(), a, 7) for a in reversed(range(50))] == forward[::-1]
