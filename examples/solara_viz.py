"""forumsim in Mesa's own page, SolaraViz.

Install with ``pip install 'forumsim[view]' 'mesa[viz]'`` and start with
``SOLARA_TELEMETRY_MIXPANEL_ENABLE=False solara run examples/solara_viz.py --host 127.0.0.1``.
The model is made once for each browser session. `forumsim view` has more: shocks, comparisons, downloads.
"""

import solara
from mesa.visualization import Slider, SolaraViz

from forumsim import PARAMETERS, ForumModel
from forumsim.app.mesa_views import VIEWS

SHOWN = ("dialogue.level", "dialogue.bridging", "sincerity.scale", "utility.network")


def slider(parameter):
    """A slider with the plausible range and the default of the registry."""
    low, high = parameter.range
    return Slider(parameter.name, value=parameter.default, min=low, max=high, step=(high - low) / 20)


SETTINGS = {
    "scenario": "two_blocs",
    "rng": Slider("seed", value=1, min=0, max=100, step=1),
    **{parameter.field: slider(parameter) for parameter in PARAMETERS if parameter.name in SHOWN},
}


@solara.component
def Page():
    """A model of this session's own in Mesa's page."""
    model = solara.use_memo(lambda: ForumModel("two_blocs", rng=1), [])
    SolaraViz(model, components=list(VIEWS), model_params=SETTINGS, play_interval=200, name="forumsim")
