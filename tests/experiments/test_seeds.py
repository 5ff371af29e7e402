import numpy as np
from scipy import stats

from forumsim.plans import run_seed


def test_no_two_replicates_of_a_plan_share_a_seed():
    seeds = [run_seed(2024, replicate) for replicate in range(200_000)]
    assert len(set(seeds)) == len(seeds)
    assert min(seeds) >= 0
    assert max(seeds) < 2**31


def test_seeds_depend_on_plan_and_replicate_alone():
    assert run_seed(1, 7) == run_seed(1, 7)
    assert len({run_seed(plan, 7) for plan in range(1000)}) > 990


def test_seeds_fill_the_range_evenly():
    seeds = np.array([run_seed(9, replicate) for replicate in range(20_000)])
    assert stats.kstest(seeds / 2**31, "uniform").pvalue > 0.001
    for bit in range(31):  # no bit follows the number of the replicate
        share = ((seeds >> bit) & 1).mean()
        assert abs(share - 0.5) < 0.02
