"""The model as Mesa sees it: `ForumModel` and its agents, views on the rows of a `forumsim.core.world.World`.

It calls the compiled rules that a batch run calls; nothing here is needed to run one.
"""

from forumsim.running.model.agents import Forum, NonState, State
from forumsim.running.model.forum_model import ForumModel

__all__ = ["Forum", "ForumModel", "NonState", "State"]
