"""What a parameter is: name, default, bounds, plausible range, unit, meaning and source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """One parameter of the model.

    Attributes
    ----------
    name : str
        Dotted name; the part before the dot is the rule that reads it.
    default : float or None
        ``None`` for an optional parameter: unset, the model or scenario decides.
    low, high : float
        Bounds that a value must keep (inclusive).
    range : tuple of float or None
        Plausible range for experiments (a prior, not a bound).
    unit : str
        ``logit``, ``share``, ``per step``, ``steps``, ``switch`` ...
    meaning : str
        One line.
    source : str
        Where the default comes from; "prior" where nothing identifies it.
    symbol : str
        Symbol in the ODD.
    at_once : bool
        Whether a change takes effect in a running model (else at reset).
    whole : bool
        Whether only whole numbers are allowed, whatever the unit.
    """

    name: str
    default: float | None
    low: float
    high: float
    range: tuple[float, float] | None
    unit: str
    meaning: str
    source: str
    symbol: str = ""
    at_once: bool = True
    whole: bool = False

    @property
    def field(self) -> str:
        """Name in the record that compiled rules read, and as a Python keyword."""
        return self.name.replace(".", "_")

    @property
    def is_whole(self) -> bool:
        """Whether it counts something: whole numbers only."""
        return self.whole or self.unit in ("steps", "rounds", "members")

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off."""
        return self.unit == "switch"
