"""The example for Mesa's own page, without a browser; with one it is in tests/browser."""

import importlib.util

import pytest

from forumsim import ForumModel
from forumsim.app.serve import settings


@pytest.fixture(scope="module")
def example(root):
    settings()  # telemetry is off before Solara is imported
    pytest.importorskip("mesa.visualization")
    spec = importlib.util.spec_from_file_location("solara_viz", root / "examples" / "solara_viz.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_mesa_takes_the_settings(example):
    from mesa.visualization.solara_viz import _check_model_params

    _check_model_params(ForumModel.__init__, example.SETTINGS)
    changed = {name: value if isinstance(value, str) else value.max for name, value in example.SETTINGS.items()}
    model = ForumModel(**changed)
    assert model.parameters["dialogue.level"] == 1.0 and model.seed_used == 100


def test_every_slider_holds_the_default(example):
    for name, slider in example.SETTINGS.items():
        if not isinstance(slider, str):
            assert slider.min <= slider.value <= slider.max, name
            assert slider.step > 0


def test_every_view_is_drawn(example):
    import solara

    model = ForumModel("two_blocs", rng=1, actors=12, nonstate=2)
    model.step()
    for view, _ in example.VIEWS:
        box, context = solara.render(view(model), handle_error=False)
        found, todo = [], [box]
        while todo:
            one = todo.pop()
            found += [one] if hasattr(one, "markup") else []
            todo += [child for child in getattr(one, "children", None) or [] if not isinstance(child, str)]
        (picture,) = found
        picture.vue_event_seen({"width": 480, "visible": True})
        assert "step 1" in picture.markup and "cannot be drawn" not in picture.markup
        context.close()
