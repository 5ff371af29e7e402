"""Mistakes in what the rules share: sums over members, joining and leaving, opening and ending of forums."""

from mutant import ALL_RULES, mutants_of

_JOINING = ("tests/rules/test_membership.py", "tests/rules/test_membership_edges.py", "tests/rules/test_utility.py")

SUMS = mutants_of("core/state/sums.py", (*_JOINING, *ALL_RULES), [
    ("trust_of_members", "the sums take the new member's trust in all, not all others' in it",
     "trust, trust_in = world.trust[:, i], world.trust_in[f]",
     "trust, trust_in = world.trust[i, :], world.trust_in[f]"),
    ("gains_of_trusted", "realists hold the gains of those they trust against them",
     "gain_in[j] += (1.0 - trust[j]) * gain",
     "gain_in[j] += trust[j] * gain"),
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
    ("opening_without_lineage", "a later text inherits no tastes",
     "    inherit_tastes(world, p, f)\n",
     ""),
    ("opening_against_nobody", "a dated opening is never a competitive creation",
     "if rival >= 0 and is_live(world, rival):",
     "if rival >= 0 and not is_live(world, rival):"),
    ("opening_moves_itself", "an opening against another becomes movable itself",
     "world.movable_until[rival] = step",
     "world.movable_until[f] = step"),
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

_TASTES = ("tests/rules/test_taste.py", "tests/rules/test_roster.py", *ALL_RULES)
TASTE = mutants_of("core/state/taste.py", _TASTES, [
    ("temperature_multiplies", "noise makes choices sharper",
     "math.exp(-value / temperature)",
     "math.exp(-value * temperature)"),
    ("indifferent_join", "without noise the indifferent join",
     "    return value > 0.0\n",
     "    return value >= 0.0\n"),
    ("taste_sign", "a taste is a term with the wrong sign",
     "temperature * (math.log1p(-u) - math.log(u))",
     "temperature * (math.log(u) - math.log1p(-u))"),
    ("taste_unscaled", "a taste as a term ignores the temperature",
     "return temperature * (math.log1p(-u)",
     "return 1.0 * (math.log1p(-u)"),
    ("tastes_of_actors_alike", "an actor has one taste for all forums",
     "def draw_forum(world, f):\n"
     '    """New tastes of all actors for forum f, drawn in this step."""\n'
     "    key = draws.stream(world.seed[0], draws.TASTE, world.clock[STEP])\n"
     "    for i in range(world.power.shape[0]):\n"
     "        world.taste[f, i] = draws.uniform(key, f, i)\n",
     "def draw_forum(world, f):\n"
     '    """New tastes of all actors for forum f, drawn in this step."""\n'
     "    key = draws.stream(world.seed[0], draws.TASTE, world.clock[STEP])\n"
     "    for i in range(world.power.shape[0]):\n"
     "        world.taste[f, i] = draws.uniform(key, 0, i)\n"),
    ("leaders_stay_out_alike", "a new leadership keeps the taste for staying out",
     "    draw_outside(world, i)\n",
     ""),
    ("renewal_by_its_own_draw", "those tastes are renewed that are low then",
     "if draws.uniform(renewed, f, i) < chance:",
     "if draws.uniform(key, f, i) < chance:"),
    ("renewal_at_chance_zero", "tastes for staying out are always renewed",
     "if draws.uniform(renewed, slots, i) < chance:",
     "if draws.uniform(renewed, slots, i) < 1.0:"),
    ("lineage_reversed", "the share of lineage is that of new tastes",
     "if draws.uniform(key, f, i) < p.taste_lineage:",
     "if draws.uniform(key, f, i) >= p.taste_lineage:"),
    ("lineage_backwards", "the earlier text takes over the tastes for the later one",
     "world.taste[f, i] = world.taste[before, i]",
     "world.taste[before, i] = world.taste[f, i]"),
])  # fmt: skip

ROSTER = mutants_of("core/rules/roster.py", ("tests/rules/test_roster.py", *ALL_RULES), [
    ("roster_without_temperature", "the chance to be in leaves the temperature out",
     "return 1.0 / (1.0 + np.exp(-value / p.membership_temperature))",
     "return 1.0 / (1.0 + np.exp(-value))"),
    ("young_forums_tell", "forums of the start tell who wants to be in them",
     "return is_live(world, f) and -world.founded[f] >= p.taste_settled",
     "return is_live(world, f)"),
    ("settled_age_exceeded", "a forum has to be older than the age from which rosters tell",
     "-world.founded[f] >= p.taste_settled",
     "-world.founded[f] > p.taste_settled"),
    ("exclusive_rosters_tell", "rosters tell where membership is exclusive",
     "    if p.membership_exclusive > 0.0:\n        return\n",
     ""),
    ("shut_out_by_choice", "who would not be admitted stays out by choice",
     "open_to[f, i] = world.member[f, i] or admitted(world, p, f, i)",
     "open_to[f, i] = True"),
    ("members_alone_tell", "outsiders tell nothing",
     "open_to[f, i] = world.member[f, i] or admitted(world, p, f, i)",
     "open_to[f, i] = world.member[f, i]"),
    ("readiness_prior_variance", "the prior's variance is taken for its precision",
     "rest, spread = 0.0, 1.0 / (p.taste_readiness * p.taste_readiness)",
     "rest, spread = 0.0, p.taste_readiness * p.taste_readiness"),
    ("readiness_of_sums", "readiness counts memberships, not those beyond what is expected",
     "rest += (1.0 if world.member[f, i] else 0.0) - chance",
     "rest += 1.0 if world.member[f, i] else 0.0"),
    ("readiness_without_information", "readiness takes the prior alone for its precision",
     "                    spread += chance * (1.0 - chance)\n",
     ""),
    ("readiness_in_noise_units", "readiness is not in logits",
     "world.engagement[i] += p.membership_temperature * rest / spread",
     "world.engagement[i] += rest / spread"),
    ("readiness_replaces", "readiness replaces an actor's engagement",
     "world.engagement[i] += p",
     "world.engagement[i] = p"),
    ("members_reluctant", "members like what they are in as little as others do",
     "world.taste[f, i] = u * chance if chance > 0.0 else u",
     "world.taste[f, i] = u"),
    ("outsiders_eager", "outsiders' tastes are as they come",
     "world.taste[f, i] = min(chance + u * (1.0 - chance), 1.0 - 2.0**-53)",
     "world.taste[f, i] = u"),
    ("outsiders_all_alike", "outsiders' tastes begin at their bound and go beyond 1",
     "min(chance + u * (1.0 - chance), 1.0 - 2.0**-53)",
     "min(chance + u, 1.0 - 2.0**-53)"),
])  # fmt: skip

REPUTATION = mutants_of("core/state/reputation.py", (*_JOINING, *ALL_RULES), [
    ("reputation_reversed", "a good reputation keeps an applicant out",
     "trust + p.membership_reputation",
     "trust - p.membership_reputation"),
    ("reputation_not_centred", "a reputation of 1/2 counts in favour of an applicant",
     "(reputation - 0.5)",
     "reputation"),
])  # fmt: skip

MUTANTS = SUMS + MEMBERS + FORUMS + TASTE + ROSTER + REPUTATION
