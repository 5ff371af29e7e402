"""Tables as Stata files (.dta, version 118): labels of variables and values from the codebook."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forumsim.core.errors import InputError, Problem
from forumsim.core.measures import MEASURES_BY_NAME

#: Longest name of a variable, longest label, and the largest number that is an integer in Stata.
NAME, LABEL, LARGEST = 32, 80, 2147483620
#: Columns of any length: they become strL.
LONG = ("traceback", "message")
#: Words that Stata does not take for a name.
_RESERVED = ("_all", "_b", "_coef", "_cons", "_n", "_N", "_pi", "_pred", "_rc", "_skip", "byte", "double", "float",
             "if", "in", "int", "long", "using", "with")  # fmt: skip


def write_stata(path: Path, resource: Mapping[str, Any], target: Path) -> None:
    """Write one table.

    Words become numbers with value labels, from 1 in the order of the codebook; yes and no are 1 and 0 with labels;
    other text stays text. What is missing is ``.`` or an empty text. Stata knows no infinity: it is missing, too.

    Parameters
    ----------
    path : Path
        The CSV.
    resource : mapping
        Its entry in datapackage.json.
    target : Path

    Raises
    ------
    InputError
        The table is not as described.
    """
    fields = resource["schema"]["fields"]
    frame = _read(path, fields)
    names = stata_names([field["name"] for field in fields])
    labels: dict[str, dict[float, str]] = {}
    columns: dict[str, Any] = {}
    for field, name in zip(fields, names, strict=True):
        codes = _codes(field)
        columns[name] = _column(frame[field["name"]], field, codes)
        if codes:
            labels[name] = dict(codes)
    pd.DataFrame(columns).to_stata(
        target,
        version=118,
        write_index=False,
        data_label=shortened(f"{resource['name']}: {resource.get('description', '')}"),
        variable_labels={name: variable_label(field, name) for field, name in zip(fields, names, strict=True)},
        value_labels=labels,
        convert_strl=[name for name in names if name in LONG],
    )


def _read(path: Path, fields: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    kinds = {field["name"]: str if field["type"] == "string" else "float64" for field in fields}
    try:
        frame = pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=[""], encoding="utf-8", index_col=False)
    except ValueError as error:  # not UTF-8, not a table, or a word among numbers
        raise unfit(path, str(error)) from None
    if list(frame.columns) != list(kinds):
        raise unfit(path, f"its columns are {', '.join(frame.columns)}")
    return frame


def unfit(path: Path, message: str) -> InputError:
    """The error for a table that is not as described."""
    hint = "forumsim check says what else"
    return InputError([Problem(str(path), f"not as the codebook describes it: {message.strip()}", "", hint)])


def _codes(field: Mapping[str, Any]) -> tuple[tuple[float, str], ...]:
    """Numbers with their labels: words in their order from 1, yes and no, classes of a measure."""
    if field["type"] == "boolean":
        return ((0, "no"), (1, "yes"))
    if field["type"] == "string":
        return tuple(enumerate(field.get("constraints", {}).get("enum", ()), start=1))
    return MEASURES_BY_NAME[field["name"]].codes if field["name"] in MEASURES_BY_NAME else ()


def _column(values: pd.Series[Any], field: Mapping[str, Any], codes: Sequence[tuple[float, str]]) -> pd.Series[Any]:
    """A column as Stata has it: text, or numbers in the smallest type that takes them all."""
    if field["type"] == "string" and not codes:
        return values.astype(object).where(values.notna(), "")
    if field["type"] == "string":
        values = values.map({word: float(number) for number, word in codes}).astype("float64")
    values = values.where(np.isfinite(values))
    largest = len(codes) if field["type"] != "integer" else field.get("constraints", {}).get("maximum", 0)
    if field["type"] == "number" or values.isna().any() or largest > LARGEST:
        return values
    return values.astype(np.int8 if codes and len(codes) < 100 else np.int32)


def variable_label(field: Mapping[str, Any], name: str) -> str:
    """What stands beside a variable: its meaning, at most 80 characters; first its name, where Stata's is another."""
    own = f"{field['name']}: " if name != field["name"] else ""
    return shortened(own + str(field.get("description", "")))


def shortened(text: str) -> str:
    """Text of at most 80 characters, cut between words."""
    return textwrap.shorten(text, LABEL, placeholder=" ...")


def stata_names(names: Sequence[str]) -> list[str]:
    """Names that Stata takes, all different: letters, digits and _, at most 32 characters.

    Examples
    --------
    >>> stata_names(["point", "state_ai-safety", "long"])
    ['point', 'state_ai_safety', 'long_']
    """
    taken: list[str] = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
        plain = plain if not plain[:1].isdigit() else f"_{plain}"
        plain = f"{plain}_" if plain in _RESERVED or re.fullmatch(r"str\d+|strL", plain) else plain
        fitting, k = plain[:NAME], 1
        while fitting in taken:
            k += 1
            fitting = plain[: NAME - len(f"_{k}")] + f"_{k}"
        taken.append(fitting)
    return taken
