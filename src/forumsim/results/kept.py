"""What is computed of results and asked for again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from forumsim.results.folder import ResultTables

P = ParamSpec("P")
T = TypeVar("T")


def kept(make: Callable[Concatenate[ResultTables, P], T]) -> Callable[Concatenate[ResultTables, P], T]:
    """What a function computes of results is kept with them: figures, the page and the reading ask for it again."""

    @wraps(make)
    def found(results: ResultTables, *more: P.args, **named: P.kwargs) -> T:
        key = (make, more, tuple(sorted(named.items())))
        if key not in results.made:
            results.made[key] = make(results, *more, **named)
        return cast(T, results.made[key])

    return found
