"""The headers of a World's arrays as compiled rules read them (see `forumsim.core.worldtype`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class ArrayKind(NamedTuple):
    """What compiled rules rely on: type, number of dimensions, memory order ("C" or "F")."""

    dtype: np.dtype[Any]
    ndim: int
    order: str


def kind_of(array: NDArray[Any]) -> ArrayKind:
    """The kind of an array whose shape leaves no doubt about its memory order."""
    return ArrayKind(array.dtype, array.ndim, "C" if array.flags.c_contiguous else "F")


def write_headers(arrays: Iterable[tuple[str, NDArray[Any]]], kinds: Mapping[str, ArrayKind]) -> NDArray[np.int64]:
    """The headers of all arrays in numba's layout, each word 8 bytes.

    An array's header is: owner and parent (none: borrowed), number of items, size of an item, address, shape, strides.

    Raises
    ------
    TypeError
        An array of another type, number of dimensions or memory order than the world's fields have.
    """
    words: list[int] = []
    for name, array in arrays:
        dtype, ndim, order = kinds[name]
        ordered = array.flags.f_contiguous if order == "F" else array.flags.c_contiguous
        if array.ndim != ndim or not ordered or array.dtype != dtype:
            raise TypeError(
                f"World.{name}: found {array.dtype}{list(array.shape)}; "
                f"needed: {ndim} dimensions of {dtype}, contiguous in {order} order"
            )
        words += [0, 0, array.size, array.itemsize, array.__array_interface__["data"][0], *array.shape, *array.strides]
    return np.array(words, dtype=np.int64)
