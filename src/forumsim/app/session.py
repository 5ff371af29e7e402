"""A session: the run that one browser page watches, or two on common random numbers, and all that may be done to them.

Nothing here knows Solara. One lock guards the models: whoever steps, acts or makes a frame holds it. While a run plays,
a thread of the session's own steps it, makes a frame after each picture's worth of steps and calls those who `watch`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from forumsim.app.frame import Frame, frame_of
from forumsim.app.history import History
from forumsim.app.setup import Setup
from forumsim.core.errors import InputError, Problem
from forumsim.sweeps.again import steps_of

#: Pictures a second while a run plays, at most.
PICTURES = 8.0
#: Rest after a picture, in seconds, and as a share of the time that it took: it leaves room for other sessions and for
#: what the user does.
PAUSE, REST = 0.02, 0.5
#: Speeds that a user may choose, in steps a second.
SPEEDS = (1, 2, 4, 8, 16, 32, 64)


class Session:
    """The models of one page.

    Parameters
    ----------
    setup : Setup
    tell : callable, optional
        Called with no argument after anything has changed, from whichever thread changed it; while a run plays only
        when the forums are others, as the rest is for those who `watch`.

    Attributes
    ----------
    frames : tuple of Frame
        One for each run, of the moment last shown.
    playing : bool
    speed : int
        Steps a second.
    error : str
        What went wrong last, in words for the user; empty when nothing did.
    back : int or None
        The past step that is looked at; None: the run as far as it has gone. What a user does is done to that.
    """

    def __init__(self, setup: Setup, tell: Callable[[], None] | None = None) -> None:
        self.tell = tell or (lambda: None)
        self.speed = 8
        self.playing = False
        self.error = ""
        self._watchers: list[Callable[[], None]] = []
        self.lock = threading.RLock()
        self.back: int | None = None
        self._halt = threading.Event()
        self._thread: threading.Thread | None = None
        self._begin(setup)

    def _begin(self, setup: Setup) -> None:
        models = setup.models()
        pasts = [History(model) for model in models]
        for model, past in zip(models, pasts, strict=True):
            if setup.done:
                for _ in steps_of(model, setup.acts, min(setup.done, model.length)):
                    past.note()
        with self.lock:
            self.setup, self.models, self.pasts, self.back = setup, models, pasts, None
            self._look()

    def _look(self) -> None:
        """Make the frames; the lock is held."""
        labels = [self.setup.label(side) for side in range(len(self.models))]
        if self.back is not None:
            pasts = zip(self.pasts, labels, strict=True)
            self.frames: tuple[Frame, ...] = tuple(past.frame(self.back, label) for past, label in pasts)
        else:
            self.frames = tuple(frame_of(model, label) for model, label in zip(self.models, labels, strict=True))

    @property
    def running(self) -> bool:
        """Whether there are steps left."""
        return self.models[0].step_count < self.models[0].length

    @property
    def step_count(self) -> int:
        """Steps that the run has gone, whichever of them is looked at."""
        return self.models[0].step_count

    @property
    def ahead(self) -> bool:
        """Whether there is a later step to be seen, done already or still to be done."""
        return self.back is not None or self.running

    @property
    def interventions(self) -> list[dict[str, Any]]:
        """What was done to the first run."""
        return self.models[0].interventions

    # --- time -----------------------------------------------------------------------------------------------------

    def step(self, number: int = 1) -> None:
        """Do so many steps, fewer at the end of the run."""
        with self.lock:
            self._step(number)
            self._look()
        self.tell()

    def _step(self, number: int) -> None:
        for _ in range(number):
            if self.back is not None:
                self.back = self.back + 1 if self.back + 1 < self.step_count else None
            elif self.running:
                for side in range(len(self.models)):
                    self.advance(side)

    def advance(self, side: int) -> None:
        """Do a step of one model, and keep what it was before it where that is due; the lock is held."""
        self.pasts[side].note()
        self.models[side].step()

    def look_at(self, step: int) -> None:
        """Show a step that the run has gone through; the last one is where it goes on."""
        self.pause()
        with self.lock:
            self.back = max(0, int(step)) if int(step) < self.step_count else None
            if self.back is not None:
                for past in self.pasts:  # what a user has just done belongs to the past as well
                    past.note()
            self._look()
        self.tell()

    def play(self) -> None:
        """Run on until `pause` or the end."""
        with self.lock:
            if self.playing or not self.ahead:
                return
            self.playing, self.error = True, ""
            self._halt = threading.Event()
            self._thread = threading.Thread(target=self._play, args=(self._halt,), daemon=True, name="forumsim play")
        self.tell()
        self._thread.start()

    def pause(self) -> None:
        """Stop playing; the step that is being done is done."""
        self._halt.set()
        self.playing = False
        self.tell()

    def close(self) -> None:
        """The page is gone."""
        self.tell = lambda: None
        self._halt.set()
        self.playing = False

    def watch(self, action: Callable[[], None]) -> Callable[[], None]:
        """Call ``action`` with each new frame while a run plays; the function that ends it."""
        self._watchers.append(action)
        return lambda: self._watchers.remove(action)

    def _show(self, forums: list[bytes]) -> list[bytes]:
        """Let the frames be seen; the live forums in them."""
        now = [frame.forums.tobytes() for frame in self.frames]
        if now != forums:
            self.tell()
        else:
            for action in tuple(self._watchers):
                action()
        return now

    def _play(self, halt: threading.Event) -> None:
        forums: list[bytes] = []
        try:
            while not halt.is_set():
                began = time.monotonic()
                interval = max(1.0 / self.speed, 1.0 / PICTURES)
                with self.lock:
                    if halt.is_set() or not self.ahead:
                        break
                    self._step(max(1, round(self.speed * interval)))
                    self._look()
                forums = self._show(forums)  # draws: a slow browser slows the run, and nothing piles up
                took = time.monotonic() - began
                halt.wait(max(PAUSE, REST * took, interval - took))
        except Exception as error:  # whatever it is, the page stays and says so
            self.error = f"the run stopped: {type(error).__name__}: {error}"
        if not halt.is_set():
            self.playing = False
            self.tell()

    # --- what a user does -------------------------------------------------------------------------------------------

    def guarded(self, action: Callable[[], Any]) -> bool:
        """Do something and keep its mistakes as `error`; whether it went well.

        The mistake of before is forgotten first: what is done tells the page, which is then drawn without it.
        """
        self.error = ""
        try:
            action()
        except InputError as error:
            self.error = "; ".join(str(problem) for problem in error.problems)
        except Exception as error:
            self.error = f"{type(error).__name__}: {error}"
        else:
            return True
        self.tell()
        return False

    def reset(self, setup: Setup | None = None) -> None:
        """Begin again, from another setup if one is given; after a mistake in it everything stays as it was."""
        self.pause()
        self._begin(setup or self.setup)
        self.tell()

    def set(self, name: str, value: Any) -> None:
        """Change a parameter of the running models; a second run keeps what it differs by."""
        sides = [model for side, model in enumerate(self.models) if side == 0 or name not in (self.setup.other or {})]
        with self.lock:
            self.back = None
            for model in sides:
                model.set(**{name: value})
            self._look()
        self.tell()

    def act(self, act: str, **details: Any) -> Any:
        """Do an act of `forumsim.running.interventions.ACTS` to the run, and to the second where it is possible there.

        Returns
        -------
        object
            What came of it in the first run: False, 0 or -1 is nothing.
        """
        with self.lock:
            self.back = None
            outcome = self.models[0].intervene(act, **details)
            for model in self.models[1:]:
                try:
                    model.intervene(act, **details)
                except InputError as error:
                    self.error = f"only in the first run; in the other: {error}"
            self._look()
        self.tell()
        return outcome

    def with_other(self, other: dict[str, Any] | None) -> None:
        """Begin again with a second run that differs by some parameters, or without one."""
        self.reset(replace(self.setup, other=other))

    def snapshot(self) -> list[dict[str, Any]]:
        """What `forumsim.app.download` needs of each run: settings at the start, steps done, interventions.

        Raises
        ------
        InputError
            Before the first step there is no run.
        """
        with self.lock:
            if not self.models[0].step_count:
                raise InputError([Problem("download", "no step has been done", "a run of one step or more")])
            setup = self.setup
            return [
                {
                    "scenario": setup.scenario, "seed": setup.seed, "steps": model.step_count, "preset": setup.preset,
                    "fields": dict(setup.fields), "parameters": dict(parameters),
                    "interventions": [dict(entry) for entry in model.interventions], "extensions": setup.extensions,
                }
                for model, parameters in zip(self.models, setup.sides, strict=True)
            ]  # fmt: skip
