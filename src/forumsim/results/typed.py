"""Tables with the types that their description gives: words as categories, switches as booleans, ids as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd


def typed(frame: pd.DataFrame, fields: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """A table of a results folder with types and labels.

    Parameters
    ----------
    frame : DataFrame
        As read from CSV; columns that no field describes stay as they are.
    fields : iterable of mapping
        The fields of its Table Schema (``datapackage.json``).

    Returns
    -------
    DataFrame
        Words that a column may hold are ordered categories, in the order of the codebook; switches are ``boolean``,
        whole numbers ``Int64``, which have missing values too. ``attrs["labels"]`` says what each column means.

    Examples
    --------
    >>> fields = [{"name": "state", "type": "string", "constraints": {"enum": ["apart", "together"]}},
    ...           {"name": "realist", "type": "boolean", "description": "whether states are realists"}]
    >>> frame = typed(pd.DataFrame({"state": ["together"], "realist": [1]}), fields)
    >>> list(frame["state"].cat.categories), frame["realist"].tolist()
    (['apart', 'together'], [True])
    """
    changed: dict[str, Any] = {}
    labels = {}
    for field in fields:
        name = field["name"]
        if name not in frame:
            continue
        labels[name] = field.get("description", "")
        words = field.get("constraints", {}).get("enum")
        column = frame[name]
        if words and field["type"] == "string":
            changed[name] = pd.Categorical(column, categories=words, ordered=True)
        elif field["type"] in ("boolean", "integer") and pd.api.types.is_numeric_dtype(column):
            whole = column.astype("Int64")
            changed[name] = whole if field["type"] == "integer" else whole.astype("boolean")
    result = frame.assign(**changed)
    result.attrs["labels"] = labels
    return result
