"""Keyed draws: a reference in plain integers, exact properties, no collision of streams. See `test_draws_random`."""

import itertools

import numba
import numpy as np
import pytest

from draw_checks import GAMMA, MASK, PURPOSES, key_of, share_a_word
from forumsim.core import draws
from forumsim.plans import run_seed


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
def observers(seen, forums, actors):
    """Keys of the streams by which members' conduct is observed."""
    keys = np.empty((forums, actors), dtype=np.uint64)
    for f in range(forums):
        for i in range(actors):
            keys[f, i] = draws.word(seen, f, i)
    return keys.ravel()


@numba.njit
def streams(seeds, purposes, first, last):
    """Keys of all streams of the seeds from the first to the last step: (seeds, purposes x steps)."""
    steps = last - first + 1
    keys = np.empty((seeds.shape[0], purposes.shape[0] * steps), dtype=np.uint64)
    for s in range(seeds.shape[0]):
        for n in range(keys.shape[1]):
            keys[s, n] = draws.stream(np.uint64(seeds[s]), purposes[n // steps], first + n % steps)
    return keys


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


SEEDS = np.array([*range(200), *(run_seed(plan, r) for plan in (1, 2024) for r in range(150))])
ACTORS, NUMBERS = 1000, 4096  # more than any draw's two keys


def test_no_two_streams_have_the_same_key():
    keys = streams(np.unique(SEEDS), np.array(PURPOSES), -40, 120).ravel()
    assert np.unique(keys).size == keys.size
    confused = np.add.outer(np.arange(20), np.arange(20)).astype(np.uint64).ravel()  # seed + step
    assert np.unique(confused).size < confused.size


def test_no_two_streams_of_a_run_share_a_word():
    for keys in streams(SEEDS[::2], np.array(PURPOSES), -40, 120):
        assert not share_a_word(keys, ACTORS, NUMBERS, GAMMA)


def test_observers_share_no_word_with_each_other_or_with_other_streams():
    """Each member of each forum has a stream of its own, whose key is a word of the stream `SEEN`."""
    steps, forums, actors = 60, 40, 215
    keys = [streams(np.array([1]), np.array(PURPOSES), 0, steps)[0]]
    for step in range(1, steps + 1):
        seen = key_of(1, draws.SEEN, step)
        keys.append(observers(seen, forums, actors))
    assert not share_a_word(np.concatenate(keys), actors, 400, GAMMA)


@pytest.mark.parametrize("rows, columns, difference", [(1, 4, 3), (1, 4, -3), (3, 1, 2**33), (3, 4, 2**33 - 3)])
def test_a_shared_word_is_found(rows, columns, difference):
    """Keys that differ by (a 2^32 + b) gamma: the words of one are those of the other, a rows and b columns on."""
    keys = streams(np.array([5]), np.array(PURPOSES), 0, 20)[0]
    keys[7] = (int(keys[100]) + difference * GAMMA) & MASK
    assert share_a_word(keys, rows, columns, GAMMA)
    a, b = divmod(abs(difference) + 100, 2**32)  # the word ahead by the difference
    ahead, behind = (keys[100], keys[7]) if difference > 0 else (keys[7], keys[100])
    assert plain_word(int(ahead), a, b) == plain_word(int(behind), 0, 100)
    keys[7] = (int(keys[100]) + (columns + 1) * GAMMA) & MASK
    assert not share_a_word(keys, rows, columns, GAMMA)


def test_one_bit_of_the_key_changes_half_of_the_word():
    changed = []
    for a, bit in itertools.product(range(40), range(16)):
        changed.append((plain_word(77, a, 5) ^ plain_word(77, a ^ (1 << bit), 5)).bit_count())
    assert np.mean(changed) == pytest.approx(32, abs=0.7)


def test_a_chance_of_16_bits_is_the_nearest():
    every = np.arange(65537) / 65536
    assert [int(draws.share16(chance)) for chance in every[::97]] == list(range(0, 65537, 97))
    for chance in np.random.default_rng(1).random(500):
        assert abs(int(draws.share16(chance)) / 65536 - chance) <= 2**-17
    assert [int(draws.share16(chance)) for chance in (-1.0, 0.0, 1.0, 2.0)] == [0, 0, 65536, 65536]


def test_a_permutation_is_that_of_fisher_and_yates():
    key, out = key_of(purpose=draws.ORDER), np.empty(40, dtype=np.int64)
    draws.permutation(key, out)
    wanted = list(range(40))
    for r in range(39, 0, -1):
        other = int((plain_word(int(key), r, 0) >> 11) / 2**53 * (r + 1))
        wanted[r], wanted[other] = wanted[other], wanted[r]
    assert out.tolist() == wanted
    draws.permutation(key, one := np.empty(1, dtype=np.int64))
    assert one.tolist() == [0]


def test_a_draw_depends_on_its_key_alone():
    """No state: any order, any subset, any other draw before it."""
    forward = [draws.uniform(key_of(), a, 7) for a in range(50)]
    for other in range(100):
        draws.uniform(key_of(seed=9), other, other)
    assert [draws.uniform(key_of(), a, 7) for a in reversed(range(50))] == forward[::-1]
