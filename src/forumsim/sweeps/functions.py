"""Functions of one's own in the place of the shipped ones: what they are goes into the identity of the results."""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import CodeType, FunctionType
from typing import Any

from forumsim.plans.plan import Plan
from forumsim.running.run import run_arrays
from forumsim.scenarios import load_scenario

_PLAIN = (bool, int, float, str, bytes, type(None), tuple, frozenset)


def with_functions(plan: Plan, load: Callable[..., Any], run: Callable[..., Any]) -> Plan:
    """The plan as it is with these functions; itself with the shipped ones.

    Its identity then holds their names and a digest of their source, and its runs have ids of their own, so that no
    sweep takes results for its own that were made with another function.
    """
    functions = own_functions(load, run)
    if functions == plan.functions:
        return plan
    salt = " ".join(f"{name}={text}" for name, text in functions.items())
    keyed = [replace(p, key=hashlib.sha256(f"{p.key} {salt}".encode()).hexdigest()) for p in plan.points]
    return replace(plan, points=tuple(keyed), functions=functions)


def own_functions(load: Callable[..., Any], run: Callable[..., Any]) -> dict[str, str]:
    """Those of the two that are not the shipped ones, in words."""
    given = {"load": (load, load_scenario), "run": (run, run_arrays)}
    return {name: described(own) for name, (own, shipped) in given.items() if own is not shipped}


def described(function: Callable[..., Any]) -> str:
    """Name of a function and a digest of its source, with the functions and constants of its module that it uses."""
    if isinstance(function, functools.partial):
        given = f"{function.args!r} {sorted(function.keywords.items())!r}"
        return f"{described(function.func)}, given {hashlib.sha256(given.encode()).hexdigest()[:16]}"
    function = getattr(function, "py_func", function)  # as numba compiles it
    if not isinstance(function, FunctionType):
        function = function.__func__ if inspect.ismethod(function) else function
    digest = hashlib.sha256()
    for text in _sources(function, set()):
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    name = f"{function.__module__}.{getattr(function, '__qualname__', type(function).__qualname__)}"
    return f"{name} (source {digest.hexdigest()[:16]})"


def _sources(thing: Any, seen: set[int]) -> Iterator[str]:
    """Source of a function or of an object's class, then of what it refers to in its own module."""
    thing = getattr(thing, "py_func", thing)
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if not isinstance(thing, FunctionType):
        yield _text(thing if inspect.isclass(thing) else type(thing))
        return
    yield _text(thing)
    used = inspect.getclosurevars(thing) if not hasattr(thing, "__wrapped__") else None
    values = {**used.globals, **used.nonlocals} if used else {}
    for name, value in sorted(values.items()):
        if isinstance(value, _PLAIN):
            yield f"{name}={value!r}"
        elif getattr(value, "__module__", None) == thing.__module__ and callable(value):
            yield from _sources(value, seen)
    if hasattr(thing, "__wrapped__"):  # a decorator: what it wraps counts as well
        yield from _sources(thing.__wrapped__, seen)


def _text(thing: Any) -> str:
    try:
        return inspect.getsource(thing.__code__ if isinstance(thing, FunctionType) else thing)
    except (OSError, TypeError):  # typed at a prompt
        return _code(thing.__code__) if isinstance(thing, FunctionType) else repr(thing)


def _code(code: CodeType) -> str:
    nested = [_code(const) if isinstance(const, CodeType) else repr(const) for const in code.co_consts]
    return f"{code.co_code!r} {code.co_names!r} {nested!r}"
