"""The page with extensions: own parameters at once and by address, own measures drawn, the run kept and downloaded."""

from __future__ import annotations

import io
import json
import zipfile

import pandas as pd
import pytest
import solara

from forumsim.app.board import Shown, fitting
from forumsim.app.download import zipped
from forumsim.app.keeping import kept, restore
from forumsim.app.page import Side, asked
from forumsim.app.session import Session, Setup
from forumsim.app.views.courses import courses
from forumsim.extensions import load_extensions


@pytest.fixture
def setup(own, plan):
    given = plan()
    return Setup("two_blocs", 3, 8, "", dict(given["parameters"]), given["fields"], extensions=load_extensions(own))


def trust(session):
    return session.frames[0].course("mean_trust")


def test_an_own_parameter_acts_at_once(setup):
    """Trust is multiplied by 1 - .01 in each step, and by .5 after the change."""
    session = Session(setup)
    session.step(2)
    session.set("fatigue.loss", 0.5)
    session.step(2)
    start = trust(session)[0]
    shares = [1, 0.99, 0.99**2, 0.99**2 * 0.5, 0.99**2 * 0.25]
    assert trust(session).tolist() == pytest.approx([start * share for share in shares])
    assert session.models[0].parameters["fatigue.loss"] == 0.5
    session.reset()
    session.step(1)
    assert trust(session)[1] == pytest.approx(start * 0.99)  # the setting of the start


def test_two_runs_differ_in_an_own_parameter(setup):
    session = Session(setup)
    session.with_other({"fatigue.loss": 1.0})
    session.step(1)
    one, other = (frame.course("mean_trust")[1] for frame in session.frames)
    assert other == 0 < one


def test_own_measures_are_among_those_to_show(setup):
    session = Session(setup)
    session.step(3)
    look = fitting(Shown(measures=("mean_trust", "no_such")), session.frames[0])
    assert look.measures == ("mean_trust",)
    drawn = courses(session.frames, 500, look.measures, "pooled")
    assert "Mean trust" in drawn and f"{trust(session)[-1]:.3g} now" in drawn


def test_an_address_may_set_it(setup):
    found, wrong = asked("fatigue.loss=0.3", setup)
    assert found.parameters["fatigue.loss"] == 0.3 and not wrong
    assert not asked("fatigue.loss=0.3", Setup("two_blocs"))[0].parameters


def test_a_tab_holds_the_run_but_not_the_code(setup):
    session = Session(setup)
    session.step(2)
    session.set("fatigue.loss", 0.5)
    session.step(1)
    text = kept(session, "begun")
    assert "def fatigue" not in text and "extensions" not in json.loads(text)["setup"]
    other = Session(setup)
    assert restore(other, text, "begun") and not other.error
    assert trust(other).tolist() == trust(session).tolist()


def test_the_download_has_the_file_and_says_how_to_repeat_it(setup, own):
    session = Session(setup)
    session.step(2)
    session.set("fatigue.loss", 0.5)
    session.step(1)
    with zipfile.ZipFile(io.BytesIO(zipped(session.snapshot()))) as archive:
        assert archive.read("run/inputs/extensions/my_rules.py") == own.read_bytes()
        readme = archive.read("run/README.txt").decode()
        series = pd.read_csv(archive.open("run/series.csv")).query("issue == 'pooled'")
    assert series["mean_trust"].to_numpy() == pytest.approx(trust(session), rel=1e-7)  # also what was done while it ran
    assert "forumsim rerun . --with inputs/extensions/my_rules.py" in readme
    assert "forumsim run two_blocs --seed 3 --steps 3" in readme


def texts(box):
    """Everything that rendered widgets say."""
    said, todo = [], [box]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            said.append(one)
            continue
        said += [str(getattr(one, name, "") or "") for name in ("label", "v_slots", "value", "data")]
        todo += list(getattr(one, "children", None) or [])
    return " ".join(said)


def test_its_parameters_have_sliders_with_their_meaning(setup):
    box, context = solara.render(Side(Session(setup), solara.reactive(0), lambda: None), handle_error=False)
    said = str(box) + texts(box)
    for part in ("fatigue.loss: 0.01", "0 to 1", "Share of trust that everybody loses in a step."):
        assert part in said
    context.close()


def test_a_parameter_without_a_unit_has_no_gap_for_it(tmp_path, plan):
    path = tmp_path / "my_rules.py"
    path.write_text("""
from forumsim.extensions import parameter, rule

@rule(after="dialogue", size=parameter(2, 0, 10, "A number."), other=parameter(2, 0, 10, "Votes.", unit="votes"))
def idle(world, p, size, other):
    pass
""")
    setup = Setup("two_blocs", 3, 8, "", {}, plan()["fields"], extensions=load_extensions(path))
    box, context = solara.render(Side(Session(setup), solara.reactive(0), lambda: None), handle_error=False)
    said = str(box) + texts(box)
    assert "0 to 10; A number." in said and "0 to 10 votes; Votes." in said
    context.close()
