"""Extensions in single runs: what they change is what their text says, and what they must not do is named."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from forumsim import ForumModel, InputError, copy_scenario, load_scenario, simulate
from forumsim.core.schedule import SCHEDULE
from forumsim.extensions import NONE, load_extensions, measure, parameter, rule

FIELDS = {"actors": 12, "nonstate": 1, "polarisation": 0.6}
ONE_AFTER_VOICE = '@rule(after="voice")\ndef one(world, p): pass'
HEAD = "from forumsim.extensions import decision_rule, gate, measure, parameter, rule\n"


@pytest.fixture
def file(tmp_path):
    """Write an extension and give its path."""

    def write(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(HEAD + text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def with_forum(tmp_path):
    """A copy of two_blocs with cells of its last forum changed; gives its folder and the id of the forum."""

    def make(**cells):
        folder = copy_scenario("two_blocs", tmp_path / "_".join(["world", *cells.values()]))
        table = pd.read_csv(folder / "forums.csv", dtype=str, keep_default_na=False)
        for column, value in cells.items():
            if column not in table:
                table[column] = ""
            table.loc[table.index[-1], column] = value
        table.to_csv(folder / "forums.csv", index=False)
        return folder, table["id"].iloc[-1]

    return make


def run(scenario="two_blocs", steps=16, **settings):
    return simulate(scenario, steps=steps, seed=3, fields=FIELDS, **settings)


# --- mistakes -------------------------------------------------------------------------------------------------------

_RULE = '@rule(after="drift")\ndef mine(world, p): '
_MEASURE = "@measure()\ndef mine(world, p): "


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("@rule\ndef mine(world, p): pass", 'the decorator above mine has no parentheses.*@rule\\(after="membership"'),
        (
            '@rule("drift")\ndef mine(world, p): pass',
            "above .drift. has no parentheses, or a value in them",
        ),
        ("@measure\ndef mine(world, p): return 1", "the decorator above mine has no parentheses.*@measure\\(unit="),
        ("@gate\ndef mine(world, p, forum, actor): return 1", "the decorator above mine has no .*@gate\\(\\)"),
        ("@decision_rule\ndef mine(world, p, forum, support, voters): return 1", "mine has no .*@decision_rule"),
        ("@measure(range=(0, 1))\ndef mine(world, p): return 1", "the range of a measure is given as low=0, high=1"),
        (_RULE + "world.trusts *= 0.9", "no attribute 'trusts'.*did you mean 'trust'"),
        (_RULE + 'world.trust *= 1 - p["dialogue.level"]', "dialogue.level.*did you mean 'dialogue_level'"),
        (_MEASURE + "world.trust.mean()", "found None; allowed: one number .*ends without a return"),
    ],
)
def test_mistakes_of_a_first_extension_are_told_with_what_to_write(file, text, told):
    with pytest.raises(InputError, match=told):
        run(steps=2, with_=file(text))


def test_each_file_has_a_with_of_its_own(file):
    with pytest.raises(InputError, match="each file has a --with of its own"):
        run(steps=2, with_=f"{file(_RULE + 'pass')},other.py")


# --- rules ----------------------------------------------------------------------------------------------------------


def test_a_rule_acts_once_a_step_with_its_parameter(file):
    """Salience is read by no rule here but moved by this one: after n steps it is known by hand."""
    path = file("""
@rule(after="drift", pace=parameter(0.25, 0, 1))
def attention_to_first(world, p, pace):
    world.salience[:, 0] += pace * (1 - world.salience[:, 0])
    world.salience[:, 1] = 1 - world.salience[:, 0]
""")
    off = dict.fromkeys(("rule.drift", "rule.shocks"), False)
    start = load_scenario("two_blocs", **FIELDS).build(3).salience[:, 0]
    for pace in (0.25, 0.5):
        given = {} if pace == 0.25 else {"attention_to_first.pace": pace}
        found = run(steps=5, with_=path, parameters=off | given).world.salience[:, 0]
        assert found == pytest.approx(1 - (1 - start) * (1 - pace) ** 5, abs=1e-12)


@pytest.mark.parametrize(
    ("declared", "order"),
    [
        ('@rule(after="voice")\ndef one(world, p): pass', "voice one membership"),
        ('@rule(before="shocks")\ndef one(world, p): pass', "one shocks"),
        (
            '@rule(after="drift")\ndef one(world, p): pass\n@rule(after="drift")\ndef two(world, p): pass',
            "drift one two",
        ),
        (
            '@rule(after="voice")\ndef one(world, p): pass\n@rule(before="one")\ndef two(world, p): pass',
            "voice two one",
        ),
    ],
)
def test_rules_stand_where_they_say(file, declared, order):
    names = load_extensions(file(declared)).order
    assert f" {order} " in f" {' '.join(names)} "
    assert [name for name in names if name not in ("one", "two")] == [rule.__name__ for rule in SCHEDULE]


def test_an_extension_that_does_nothing_changes_no_bit(file):
    path = file("""
@rule(after="membership")
def idle(world, p):
    pass
""")
    plain, extended = run(parameters={"dialogue.level": 0.7}), run(parameters={"dialogue.level": 0.7}, with_=path)
    pd.testing.assert_frame_equal(plain.series, extended.series, check_exact=True)
    pd.testing.assert_frame_equal(plain.events, extended.events, check_exact=True)


def test_mesa_and_batch_runs_are_the_same(file):
    path = file("""
@rule(after="membership", loss=parameter(0.2, 0, 1))
def colder(world, p, loss):
    world.trust *= 1 - loss
""")
    batch = run(with_=path, parameters={"colder.loss": 0.1})
    model = ForumModel("two_blocs", steps=16, rng=3, with_=path, colder_loss=0.1, **FIELDS)
    model.run_model()
    assert model.parameters["colder.loss"] == 0.1
    for (name, one), (_, other) in zip(batch.world.arrays(), model.world.arrays(), strict=True):
        assert one.tobytes() == other.tobytes(), name


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("world.trust[2, 1] = 7", r"rule 'wrong', step 1: trust of \S+, \S+ is 7; allowed: 0 to 1"),
        ("world.position[0, 0] = float('nan')", "position of west_major, civil is nan"),
        ("world.legalization[0] = -0.1", "legalization of \\S+ is -0.1"),
    ],
)
def test_what_a_rule_may_not_leave_behind_is_named(file, line, told):
    path = file(f"""
@rule(after="shocks")
def wrong(world, p):
    {line}
""")
    with pytest.raises(InputError, match=told):
        run(steps=2, with_=path)


# --- measures -------------------------------------------------------------------------------------------------------


def test_measures_are_columns_and_read_the_state_after_the_step(file):
    path = file("""
@measure(unit="count", high=1000)
def members_of_all(world, p):
    return world.member[world.live()].sum()

@measure(per_issue=True, scale=parameter(1, 0, 2))
def mean_position(world, p, scale):
    return [*(scale * world.position.mean(axis=0)), scale * world.position.mean()]
""")
    found = run(with_=path, parameters={"mean_position.scale": 0.5})
    assert list(found.series.columns[-2:]) == ["members_of_all", "mean_position"]
    last = found.series[found.series["step"] == 16].set_index("issue")
    assert last.loc["pooled", "members_of_all"] == len(found.memberships[found.memberships["step"] == 16])
    assert last["members_of_all"].isna().sum() == 2  # the issues
    positions = found.actors[found.actors["step"] == 16]
    for issue in ("civil", "military"):
        assert last.loc[issue, "mean_position"] == pytest.approx(0.5 * positions[f"position_{issue}"].mean())


def test_mesa_collects_own_measures(file):
    path = file("""
@measure(unit="count", high=1000)
def memberships(world, p):
    return world.member[world.live()].sum()

@measure(per_issue=True)
def mean_position(world, p):
    return [*world.position.mean(axis=0), world.position.mean()]
""")
    model = ForumModel("two_blocs", steps=4, rng=3, with_=path, **FIELDS)
    model.run_model()
    frame = model.datacollector.get_model_vars_dataframe()
    series = run(steps=4, with_=path).series
    for column, issue in (("memberships", "pooled"), ("mean_position_civil", "civil")):
        batch = series.loc[series["issue"] == issue, column.removesuffix("_civil")]
        assert frame[column].tolist() == batch.tolist()
    assert model.value("mean_position", "military") == series["mean_position"].iloc[-2]


@pytest.mark.parametrize(
    ("options", "value", "told"),
    [
        ("", "2", "measure mine, step 0: found 2; allowed: 0 to 1"),
        ("", "[1, 1]", "allowed: one number"),
        ("", "'much'", "allowed: one number"),
        ("per_issue=True", "1", "3 numbers: one an issue, the last pooled"),
    ],
)
def test_a_measure_that_gives_something_else_than_it_declares(file, options, value, told):
    path = file(f"""
@measure({options})
def mine(world, p):
    return {value}
""")
    with pytest.raises(InputError, match=told):
        run(steps=1, with_=path)


def test_a_measure_may_be_missing(file):
    path = file("""
@measure()
def mine(world, p):
    return float("nan")
""")
    assert run(steps=2, with_=path).series["mine"].isna().all()


# --- gates and decisions ---------------------------------------------------------------------------------------------


def test_a_gate_decides_who_may_join(file, with_forum):
    path = file("""
@gate(share=parameter(1, 0, 1))
def first_actors(world, p, forum, actor, share):
    return actor < share * world.actors
""")
    folder, gated = with_forum(own_gate="first_actors", admission="")
    assert load_scenario(folder, with_=path).own_gates == {1: "first_actors"}

    def joiners(share):
        settings = {"first_actors.share": share, "membership.rate": 1.0, "dialogue.level": 1.0, "utility.cost": -5.0}
        events = run(folder, with_=path, parameters=settings).events
        return set(events["actor"][(events["event"] == "join") & (events["forum"] == gated)])

    ids = load_scenario(folder, with_=path, **FIELDS).actor_ids
    assert joiners(0.0) == set()
    assert joiners(0.5) <= set(ids[:7])


def test_a_decision_rule_that_is_the_models_gives_the_models_run(file, with_forum):
    """The forum in the last slot votes last in either case, so that nothing else differs."""
    path = file("""
@decision_rule()
def simple_majority(world, p, forum, support, voters):
    return support[voters].sum() * 2 > voters.sum()

@decision_rule()
def never(world, p, forum, support, voters):
    return False
""")
    lively = {"voice.rate": 1.0, "aspiration.tolerance": 0.0, "rule.founding": False, "voice.charter_step": 0.2}
    models, last = with_forum(decision="majority")
    own, _ = with_forum(own_decision="simple_majority")
    refusing, _ = with_forum(own_decision="never")
    plain = run(models, parameters=lively).events
    same = run(own, parameters=lively, with_=path).events
    pd.testing.assert_frame_equal(plain, same, check_exact=True)
    passed = {"legalization", "change_of_regime", "change_within_regime"}
    assert set(plain["event"][plain["forum"] == last]) & passed  # there is something to decide
    refused = run(refusing, parameters=lively, with_=path).events
    assert not set(refused["event"][refused["forum"] == last]) & passed


@pytest.mark.parametrize(("column", "kind"), [("own_gate", "gate"), ("own_decision", "decision rule")])
def test_a_forum_that_needs_an_extension_says_so(file, with_forum, column, kind):
    folder, _ = with_forum(**{column: "double_majority"})
    with pytest.raises(InputError, match=rf"row 3, column '{column}': no {kind} 'double_majority'.*--with FILE.py"):
        load_scenario(folder)


def test_a_gate_at_an_open_forum_is_a_mistake(file, with_forum):
    folder, _ = with_forum(own_gate="nobody", admission="open")
    with pytest.raises(
        InputError, match="'own_gate': a gate, but its admission is 'open'; allowed: admission 'invitation'"
    ):
        load_scenario(folder, with_=file("@gate()\ndef nobody(world, p, forum, actor): return False"))


# --- parameters and identity -----------------------------------------------------------------------------------------


def test_own_parameters_are_checked_with_the_models(file):
    path = file("""
@rule(after="voice", price=parameter(0.1, 0, 1))
def linkage(world, p, price):
    pass
""")
    given = {"linkage.prize": 0.2, "dialogue.level": 7, "linkage.price": 3}
    with pytest.raises(InputError) as error:
        run(with_=path, parameters=given)
    text = str(error.value)
    assert "linkage.prize: no such parameter (did you mean 'linkage.price'?)" in text
    assert "linkage.price: found 3; allowed: 0 to 1" in text and "dialogue.level: found 7" in text


def test_the_extension_is_part_of_what_a_scenario_is(file):
    one = load_scenario("two_blocs", with_=file("@measure()\ndef a(world, p): return 0.5"))
    same = load_scenario("two_blocs", with_=file("@measure()\r\ndef a(world, p): return 0.5"))
    other = load_scenario("two_blocs", with_=file("@measure()\ndef a(world, p): return 0.6"))
    plain = load_scenario("two_blocs")
    assert one.digest == same.digest
    assert len({one.digest, other.digest, plain.digest}) == 3
    assert plain.extensions == NONE and not plain.extensions
    assert one.with_fields(polarisation=0.2).extensions == one.extensions


def test_it_travels_to_other_processes_as_its_source(file):
    found = load_scenario("two_blocs", with_=file("@measure()\ndef a(world, p): return 0.5"))
    again = pickle.loads(pickle.dumps(found))
    assert again.extensions == found.extensions
    assert simulate(again, steps=1).series["a"].iloc[-1] == 0.5


# --- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def nothing(): pass", "mine.py: it declares nothing"),
        ("def broken(:", r"mine.py, line 2: SyntaxError"),
        ("x = 1\n1 / 0", r"mine.py, line 3: ZeroDivisionError"),
        ('@rule(after="membrship")\ndef a(world, p): pass', "no rule 'membrship'.*did you mean 'membership'"),
        ("@rule()\ndef a(world, p): pass", "one of the two"),
        ('@rule(after="voice")\ndef voice(world, p): pass', "the name is a rule of the model"),
        ("@measure()\ndef enf(world, p): return 0", "the name is a measure of the model"),
        ("@measure()\ndef dialogue(world, p): return 0", "the name is a rule of the model|group of the model's"),
        ('@rule(after="voice")\ndef a(world): pass', r"it takes \(world\); allowed: \(world, p\)"),
        ('@rule(after="voice", k=3)\ndef a(world, p, k): pass', r"k=parameter\(default, low, high\)"),
        ('@rule(after="voice", k=parameter(3, 0, 1))\ndef a(world, p, k): pass', "a default that is a number within"),
        ("@measure()\ndef A(world, p): return 0", "found the name 'A'"),
    ],
)
def test_mistakes_in_a_file_are_told_with_their_place(file, text, told):
    with pytest.raises(InputError, match=told):
        load_extensions(file(text))


def test_all_mistakes_of_all_files_at_once(file, tmp_path):
    with pytest.raises(InputError) as error:
        load_extensions([file("1 / 0", "one.py"), file("x = y", "two.py")])
    assert "one.py, line 2" in str(error.value) and "two.py, line 2" in str(error.value)
    with pytest.raises(InputError, match="no such file"):
        load_extensions([tmp_path / "absent.py"])


def test_a_name_stands_once_over_all_files(file):
    text = "@measure()\ndef a(world, p): return 0.5"
    with pytest.raises(InputError, match="the measure of an extension as well"):
        load_extensions([file(text, "one.py"), file(text + "\n", "two.py")])


def test_decorated_functions_stay_functions():
    @rule(after="voice", k=parameter(0.5, 0, 1))
    def half(world, p, k):
        return k * world

    @measure()
    def number(world, p):
        return 0.25

    assert half(4, None, 0.5) == 2 and number(None, None) == 0.25


def test_compiled_rules_are_rules_too(file):
    path = file("""
from forumsim.extensions import compiled

@rule(after="drift", pace=parameter(0.5, 0, 1))
@compiled
def toward_half(world, p, pace):
    for i in range(world.trust.shape[0]):
        for j in range(world.trust.shape[1]):
            if i != j:
                world.trust[i, j] += pace * (0.5 - world.trust[i, j])
""")
    found = run(steps=30, with_=path, parameters={"rule.drift": False, "toward_half.pace": 0.9}).world.trust
    off_diagonal = found[~np.eye(len(found), dtype=bool)]
    assert np.abs(off_diagonal - 0.5).max() < 0.1
