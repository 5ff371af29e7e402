"""Tables of docs/cases/nuclear.md, from nuclear.csv beside it, which `benchmarks/nuclear.py` writes."""

from __future__ import annotations

from collections.abc import Callable

from figure_tables import Row, about, rows_of, short, within

from forumsim.results.codebook import markdown_table

_QUARTERS = {
    "1946-Q1": "start", "1946-Q4": "1946", "1949-Q4": "1949", "1956-Q4": "1956", "1962-Q3": "1962 (third quarter)",
    "1963-Q4": "1963", "1968-Q4": "1968", "1972-Q4": "1972", "1975-Q4": "1975",
}  # fmt: skip
_NAMES = {
    "BARUCH": "Baruch plan", "CERN": "CERN", "EURATOM": "Euratom", "IAEA": "IAEA", "LTBT": "test ban",
    "TLATELOLCO": "Tlatelolco", "NPT": "NPT", "LTBT, free treaties": "test ban, free treaties",
    "NPT, free treaties": "NPT, free treaties",
}  # fmt: skip


def nuclear_figures() -> dict[tuple[str, str, str], Row]:
    """The figures of the nuclear case by table, row and column."""
    return {(row["table"], row["row"], row["column"]): row for row in rows_of("cases/nuclear.csv")}


def nuclear_trust() -> list[str]:
    """Trust between the majors in history and where nobody talks."""
    found = nuclear_figures()
    columns = ("history", "nobody talks")
    rows = [(name, *(about(found["trust", key, c]) for c in columns)) for key, name in _QUARTERS.items()]
    head = "trust between the United States and the Soviet Union, end of"
    return markdown_table((head, "history", "the same, nobody talks"), rows)


def nuclear_without() -> list[str]:
    """History less the same without something."""
    found = nuclear_figures()
    columns = ("trust between the majors", "trust across blocs", "F across blocs, control")
    columns += ("F across blocs, peaceful use",)
    names = list(dict.fromkeys(row for table, row, column in found if table == "what if" and column == columns[-1]))
    rows = [
        (name[0].upper() + name[1:], *(about(found["what if", name, c], sign=True) for c in columns)) for name in names
    ]
    return markdown_table(("taken out", *columns), rows)


def nuclear_joins() -> list[str]:
    """Who joins, held against who did."""
    found = nuclear_figures()
    rows = []
    for key, name in _NAMES.items():
        value = {column: found["joins", key, column]["value"] for column in ("could join", "did", "expected", "sd")}
        briers = [short(found["joins", key, column]["value"]) for column in ("Brier", "Brier of the base rate")]
        rows.append((
            name, value["could join"], value["did"], f"{float(value['expected']):.1f} ({float(value['sd']):.1f})",
            ", ".join(briers), within(found["joins", key, "AUC"], 2),
            short(found["joins", key, "AUC of nearness"]["value"], 2),
        ))  # fmt: skip
    head = ("forum", "could join", "did", "expected (sd)", "Brier, base rate's", "AUC [95 % interval]")
    return markdown_table((*head, "AUC of nearness to the charter"), rows)


def nuclear_ends() -> list[str]:
    """Fragmentation at the end by issue, and that of the real rosters."""
    found = nuclear_figures()
    issues = ("control", "peaceful")
    words = {"fragmentation_across": "F across blocs", "fragmentation_within": "F within blocs",
             "enf": "effective number of forums", "coverage": "power in the largest forum"}  # fmt: skip
    rows = []
    for measure, name in words.items():
        digits = 1 if measure == "enf" else 3
        rows.append((name, *(about(found["fragmentation", measure, issue], digits) for issue in issues)))
    for measure, name, digits in (
        ("fragmentation_across", "the real rosters of 1975, attention shared equally: F across", 2),
        ("enf", "the same: effective number", 1),
    ):
        rows.append((name, *(short(found["real rosters", measure, issue]["value"], digits) for issue in issues)))
    return markdown_table(("at the end", "control", "peaceful use"), rows)


#: Makers of these tables by name.
MAKERS: dict[str, Callable[[], list[str]]] = {
    "nuclear.trust": nuclear_trust,
    "nuclear.without": nuclear_without,
    "nuclear.joins": nuclear_joins,
    "nuclear.ends": nuclear_ends,
}
