"""Mistakes in what the rules share: sums over members, joining and leaving, opening and ending of forums."""

from mutant import ALL_RULES, mutants_of

_JOINING = ("tests/rules/test_membership.py", "tests/rules/test_membership_edges.py", "tests/rules/test_utility.py")

SUMS = mutants_of("core/state/sums.py", (*_JOINING, *ALL_RULES), [
    ("trust_of_members", "the sums take the new member's trust in all, not all others' in it",
     "trust, trust_in = world.trust[:, i], world.trust_in[f]",
     "trust, trust_in = world.trust[i, :], world.trust_in[f]"),
    ("conflict_one_way", "conflicts are rebuilt in one direction",
     "        world.conflict[f, g] = value\n        world.conflict[g, f] = value\n",
     "        world.conflict[f, g] = value\n"),
    ("conflict_with_the_dead", "forums that ended are still in conflict",
     "if g != f and is_live(world, g) else 0.0",
     "if g != f else 0.0"),
    ("sums_added_twice", "sums are not reset before they are rebuilt",
     "        world.gain_in[f] = 0.0\n        world.trust_in[f] = 0.0\n        if is_live",
     "        world.gain_in[f] = 0.0\n        if is_live"),
    ("only_alive_refreshed", "dormant forums are not rebuilt",
     "        if is_live(world, f):\n            refresh_forum(world, f)\n",
     "        if world.status[f] == 1:\n            refresh_forum(world, f)\n"),
    ("renew_sums_alone", "only sums are rebuilt when all is stale",
     "    if world.clock[STALE] == ALL:\n        refresh(world, p)\n    elif world.clock[STALE] == SUMS:",
     "    if world.clock[STALE] >= SUMS:"),
])  # fmt: skip

MEMBERS = mutants_of("core/state/members.py", (*_JOINING, *ALL_RULES), [
    ("ledger_of_signatory", "signing feeds the signatory's ledger",
     "world.ledger[host, i] += p.membership_co_sponsor * (1.0 - world.ledger[host, i])",
     "world.ledger[i, host] += p.membership_co_sponsor * (1.0 - world.ledger[i, host])"),
    ("host_thanks_itself", "the host thanks itself",
     "if host >= 0 and host != i:",
     "if host >= 0:"),
    ("joiners_thanked", "joining a standing forum feeds its founder's ledger",
     "    if world.mode[f] == Mode.DECLARATION:\n        thank",
     "    if world.mode[f] != Mode.SERIES:\n        thank"),
    ("leavers_attend", "who leaves goes on attending",
     "    release(world, p, f, i)\n    withdraw_attention(world, f, i)\n",
     "    release(world, p, f, i)\n"),
    ("released_stay_in_sums", "who leaves stays in the sums",
     "    add_member(world, p, f, i, -world.power[i])\n",
     ""),
    ("attention_not_spread", "attention that is withdrawn is lost",
     "                world.attention[g, i] /= total\n",
     "                world.attention[g, i] *= 1.0\n"),
])  # fmt: skip

_LIVES = ("tests/rules/test_shocks.py", "tests/rules/test_lifecycle.py")
FORUMS = mutants_of("core/state/forums.py", (*_LIVES, *ALL_RULES), [
    ("opening_without_founder", "the founder is no member of what it opens",
     "(world.habit[f, i] or i == world.founder[f]) and not world.member[f, i]",
     "world.habit[f, i] and not world.member[f, i]"),
    ("opening_without_vitality", "what opens is taken for neglected",
     "    world.vitality[f] = p.lifecycle_fair_share  # taken to have its fair share of attention\n",
     ""),
    ("opening_edition_unset", "an opening is no edition",
     "    world.edition[f] = step\n",
     ""),
    ("closing_keeps_sums", "sums and conflicts of a forum that ended stay",
     "    clear_sums(world, f)\n",
     ""),
    ("closing_keeps_focus", "the focus stays on a forum that ended",
     "            world.focal[i] = -1",
     "            world.focal[i] = into"),
    ("closing_keeps_tenure", "tenure outlasts the forum",
     "        world.member[f, i] = False\n        world.tenure[f, i] = 0\n        withdraw",
     "        world.member[f, i] = False\n        withdraw"),
])  # fmt: skip

MUTANTS = SUMS + MEMBERS + FORUMS
