"""The codebook: every column of every results table, from the registries, as a Table Schema and as a page.

``python -m forumsim.results.codebook docs/codebook.md`` writes the page; a sweep writes ``datapackage.json`` beside its CSV.
The headers of the results are taken from here, so that no column is without its description.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from forumsim.results.columns import Column, Table
from forumsim.core.measures import MEASURES, STATES, TENDENCIES, Measure
from forumsim.core.parameters import PARAMETERS, PRESETS, Parameter, find_parameter
from forumsim.running.tables import EVENT_MEANINGS, words
from forumsim.core.terms import Event, Form, Kind, Mode, Role, Status

#: The words of `forumsim.running.interventions.ACTS`; written out, because the codebook need not wait for the compiled rules.
ACTS = ("set", "shock", "join", "leave", "found", "meet", "host", "channel", "write")
SHARES = tuple(f"share_{word}" for word in (*STATES, *TENDENCIES))
FIELD = "scenario."
_STATE_MEANING = "state of the run over its last steps (measure.state_steps)"
_TENDENCY_MEANING = "fragmentation across blocs at the end against the start (measure.tendency_steps)"


def column_name(varied: str) -> str:
    """Column of a varied name: ``dialogue.level`` -> ``dialogue_level``, ``scenario.x`` -> ``scenario_x``."""
    return varied.replace(".", "_")


def _varied_column(name: str, field_specs: Mapping[str, Any], own: Sequence[Parameter]) -> Column:
    parameter = find_parameter(name, own)
    if parameter is not None:
        return _parameter_column(parameter)
    if name == "preset":
        return Column(name, "string", "preset of dialogue", words=tuple(PRESETS))
    spec = field_specs.get(name.removeprefix(FIELD))
    meaning = "field of the scenario" + (f": {spec.meaning}" if spec is not None else "")
    kind = {"int": "integer", "float": "number"}.get(spec.type if spec is not None else "", "string")
    return Column(column_name(name), kind, meaning)


def _parameter_column(parameter: Parameter) -> Column:
    meaning = f"parameter {parameter.name}: {parameter.meaning}"
    kind = "boolean" if parameter.is_switch else "number"
    return Column(parameter.field, kind, meaning, parameter.unit, parameter.low, parameter.high)


def _share(name: str, meaning: str, unit: str = "share") -> Column:
    return Column(name, "number", meaning, unit, 0.0, 1.0)


def _measure_column(measure: Measure) -> Column:
    meaning = f"{measure.label}: {measure.description}"
    if measure.codes:
        meaning += " (" + ", ".join(f"{number} {word}" for number, word in measure.codes) + ")"
    return Column(measure.name, "number", meaning, measure.unit, measure.low, measure.high)


def results_tables(
    issues: Sequence[str],
    measures: Sequence[Measure],
    varied: Sequence[str] = (),
    field_specs: Mapping[str, Any] | None = None,
    parts: Sequence[str] = (),
    precision: Sequence[str] = (),
    own: Sequence[Parameter] = (),
) -> dict[str, Table]:
    """All tables of a results folder, by name, with their columns in order.

    Parameters
    ----------
    issues : sequence of str
        Ids of the scenario's issues.
    measures : sequence of Measure
        The recorded ones.
    varied : sequence of str
        Varied names: dotted parameters, ``scenario.NAME``.
    field_specs : mapping, optional
        Scenario fields by name (``type``, ``meaning``).
    parts : sequence of str
        Names of the parts of the plan; a column tells them apart where there are several.
    precision : sequence of str
        Measures that decide on the number of replicates.
    own : sequence of Parameter
        Parameters of extensions.
    """
    scopes = (*issues, "pooled")
    some = (*(() if "<issue>" in issues else scopes),)
    run_id = Column("run_id", "string", "the run: an id from its content, the same in every folder")
    point = Column("point", "string", "the point of the design: p0001 ...")
    replicate = Column("replicate", "integer", "number of the replicate, from 0", low=0)
    seed = Column("seed", "integer", "seed of the run, the same at all points of a replicate", low=0, high=2**31 - 1)
    scenario = Column("scenario", "string", "scenario of the run")
    part = (Column("part", "string", "part of the plan", words=tuple(parts)),) if len(parts) > 1 else ()
    settings = tuple(_varied_column(name, field_specs or {}, own) for name in varied)
    issue = Column("issue", "string", "issue, or pooled: all issues together", words=some)
    step = Column("step", "integer", "step of the run; 0 is the start", "steps", low=0)
    date = Column("date", "string", "quarter of the step; the step itself in synthetic time")
    when = (run_id, step, date)
    forum = Column("forum", "string", "id of the forum; founded_01 ... were founded in the run")
    actor = Column("actor", "string", "id of the actor")
    verdicts = tuple(Column(f"state_{scope}", "string", f"{scope}: {_STATE_MEANING}", words=STATES) for scope in scopes)
    verdicts += tuple(
        Column(f"tendency_{scope}", "string", f"{scope}: {_TENDENCY_MEANING}", words=TENDENCIES) for scope in scopes
    )
    names = (*(measure.name for measure in measures), *SHARES) if measures else ()
    tables = (
        Table("runs", "One row per run: its settings and its verdict.",
              (run_id, point, replicate, seed, *part, scenario,
               Column("steps", "integer", "length of the run", "steps", low=1), *settings, *verdicts), ("run_id",)),
        Table("series", "The measures over time: one row per run, recorded step and issue.",
              (*when, issue, *(_measure_column(measure) for measure in measures)), ("run_id", "step", "issue")),
        Table("summary", "One row per point, issue and measure: over replicates, the mean of each run's mean over its "
              "last steps (recorded steps within measure.state_steps of the end); rows share_... hold shares of "
              "verdicts.",
              (point, *part, *settings, issue,
               Column("measure", "string", "measure, or share_... of a verdict", words=names),
               Column("n", "integer", "runs with a value", "runs", low=0), Column("mean", "number", "mean, or share"),
               Column("sd", "number", "standard deviation over runs (n - 1); missing for shares", low=0),
               Column("ci_low", "number", "95 % interval, lower end: Student's t, Wilson's score for shares"),
               Column("ci_high", "number", "95 % interval, upper end")), ("point", "issue", "measure")),
        Table("points", "One row per point of the plan: its settings, and how often it was run.",
              (point, *part, *settings, Column("replicates", "integer", "runs of the point", "runs", low=1),
               Column("failed", "integer", "of them failed", "runs", low=0),
               Column("stopped", "string", "why there are no more: their number was fixed, the intervals were narrow "
                      "enough, or the maximum was reached", words=("fixed", "precision", "maximum")),
               *(Column(f"half_{name}"[:32], "number", f"half-width of the 95 % interval of {name}", low=0)
                 for name in precision)), ("point",)),
        Table("contrasts", "Differences of end values between points, run by run on common random numbers: a point of "
              "the one side with the point of the other that is the same in all else.",
              (Column("contrast", "string", "name of the contrast"),
               Column("point_from", "string", "the point that is subtracted"),
               Column("point_to", "string", "the point that it is subtracted from"), issue,
               Column("measure", "string", "measure", words=tuple(measure.name for measure in measures)),
               Column("n", "integer", "pairs of runs with a value", "pairs", low=0),
               Column("difference", "number", "mean difference"),
               Column("sd", "number", "standard deviation of the differences (n - 1)", low=0),
               Column("ci_low", "number", "95 % interval, lower end (Student's t)"),
               Column("ci_high", "number", "95 % interval, upper end"),
               Column("se_ratio", "number", "standard error over that of independent seeds: below 1, pairing helps",
                      low=0)), ("contrast", "point_from", "issue", "measure")),
        Table("interventions", "What is done to every run between two steps, in order: what-if.",
              (Column("number", "integer", "number of the intervention in its run: the value of its event", low=1),
               *part,
               Column("step", "integer", "step after which it is done; 0 is the start", "steps", low=0), date,
               Column("act", "string", "what is done", words=ACTS),
               Column("details", "string", "to whom and how: the arguments of the act as JSON")),
              ("number", *(column.name for column in part))),
        Table("events", "The event log of the detailed runs, in order.",
              (*when, Column("event", "string", "kind of event", words=words(Event)), actor,
               Column("other", "string", "id of the other actor"), forum, issue,
               Column("value", "number", "size, amount or number that belongs to the event"))),
        Table("forums", "The forums ever opened, at the snapshots of the detailed runs.",
              (*when, forum, Column("name", "string", "name of the forum"),
               Column("status", "string", "life of the forum", words=words(Status)),
               Column("mode", "string", "when membership is decided", words=words(Mode)),
               Column("form", "string", "what it calls itself", words=words(Form)),
               Column("founded", "string", "quarter (or step) of founding"),
               Column("founder", "string", "id of the founder, if it is one actor"),
               Column("parent", "string", "forum that it was founded against or merged into"),
               _share("legalization", "0 soft law .. 1 hard law"),
               Column("vitality", "number", "moving average of the attention-weighted power of its members", "share",
                      low=0.0),
               Column("members", "integer", "number of members", "actors", low=0),
               Column("weight_in", "number", "sum of the members' power", "share", low=0.0),
               *(Column(f"mandate_{name}", "boolean", f"covers {name}") for name in issues),
               *(_share(f"charter_{name}", f"principle on {name}; missing outside the mandate", "position")
                 for name in issues)), ("run_id", "step", "forum")),
        Table("memberships", "Who is in which live forum, at the snapshots of the detailed runs.",
              (*when, forum, actor, _share("attention", "share of the actor's attention")),
              ("run_id", "step", "forum", "actor")),
        Table("actors", "The actors at the snapshots of the detailed runs.",
              (*when, actor, Column("name", "string", "name of the actor"),
               Column("kind", "string", "state or not", words=words(Kind)),
               Column("role", "string", "role in the politics of the issue", words=words(Role)),
               Column("bloc", "string", "label for measures and pictures; no rule reads it"),
               _share("power", "share of capability; 0 for non-state actors"),
               Column("capacity", "number", "what it can staff and service", "ratio", low=0.0),
               *(_share(f"position_{name}", f"ideal point on {name}", "position")
                 for name in issues),
               Column("focal", "string", "forum with the largest share of its attention")),
              ("run_id", "step", "actor")),
        Table("failures", "The runs that raised an error instead of ending; they are in no other table.",
              (run_id, point, replicate, seed, *part, scenario, *settings,
               Column("stage", "string", "what the run was doing", words=("build", "run", "tables", "worker")),
               Column("error", "string", "kind of error"), Column("message", "string", "its message"),
               Column("traceback", "string", "where it was raised")), ("run_id",)),
    )  # fmt: skip
    return {table.name: table for table in tables}


def data_package(name: str, tables: Iterable[Table]) -> dict[str, Any]:
    """Descriptor of a results folder: a tabular data package (Frictionless Data), one resource a CSV.

    Names of data packages are lower-case ASCII without spaces; other characters become ``_``.
    """
    resources = []
    for table in tables:
        schema: dict[str, Any] = {"fields": [column.schema() for column in table.columns], "missingValues": [""]}
        if table.key:
            schema["primaryKey"] = list(table.key)
        if table.header[0] == "run_id" and table.name not in ("runs", "failures"):
            schema["foreignKeys"] = [{"fields": "run_id", "reference": {"resource": "runs", "fields": "run_id"}}]
        resources.append({"name": table.name, "path": f"{table.name}.csv", "profile": "tabular-data-resource",
                          "description": table.meaning, "format": "csv", "mediatype": "text/csv",
                          "encoding": "utf-8", "schema": schema})  # fmt: skip
    return {
        "name": re.sub(r"[^a-z0-9._-]", "_", name.lower()),
        "profile": "tabular-data-package",
        "resources": resources,
    }


def _range(column: Column) -> str:
    if column.words:
        return ", ".join(column.words)
    low = "" if math.isinf(column.low) else f"{column.low:.10g}"
    high = "" if math.isinf(column.high) else f"{column.high:.10g}"
    return f"{low} .. {high}" if low or high else ""


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(_cell(str(cell)) for cell in row) + " |" for row in rows]


def _cell(text: str) -> str:
    """A cell of a Markdown table: bars, and outside of code angle brackets, are written as entities."""
    text = text.replace("|", "&#124;")
    return text if text.startswith("`") else text.replace("<", "&lt;")


def page() -> str:
    """The readable codebook, Markdown."""
    lines = ["# Codebook", "",
             "Every column of every table that forumsim writes. Made from the registries by "
             "`python -m forumsim.results.codebook docs/codebook.md`: do not edit by hand.", "",
             "All tables are CSV (UTF-8, comma, one header row). Ids are text; yes and no are 1 and 0; an empty cell "
             "is missing. Measured numbers have 8 significant digits; parameters and seeds are exact. `<issue>` stands "
             "for the id of each issue of the scenario. Every results folder holds the same codebook for its own "
             "columns in `datapackage.json` (Table Schema)."]  # fmt: skip
    for table in results_tables(("<issue>",), ()).values():
        lines += ["", f"## {table.name}.csv", "", table.meaning, ""]
        lines += markdown_table(("column", "type", "unit", "range or words", "meaning"),
                       ((f"`{c.name}`", c.type, c.unit, _range(c), c.meaning) for c in table.columns))  # fmt: skip
        if table.name in ("runs", "summary", "failures", "points"):
            lines += ["", "After `steps` (runs), `point` (summary, points) or `scenario` (failures): one column per "
                      "varied parameter or scenario field, see *Parameters*, and before `scenario` (runs, failures) or "
                      "after `point` the column `part` in a plan with several parts."]  # fmt: skip
        if table.name == "series":
            lines += ["", "After `issue`: the recorded measures, see *Measures*."]
        if table.name == "events":
            kinds = ((f"`{kind.name.lower()}`", *text) for kind, text in EVENT_MEANINGS.items())
            lines += ["", *markdown_table(("event", "what happened", "value"), kinds)]
    lines += ["", "## Measures", "", "Columns of series.csv and words in the column `measure` of summary.csv.", ""]
    lines += markdown_table(("column", "label", "unit", "range", "formula", "meaning", "reference"),
                   ((f"`{m.name}`", m.label, m.unit, _range(_measure_column(m)), m.formula,
                     _measure_column(m).meaning.removeprefix(f"{m.label}: "), m.reference)
                    for m in MEASURES))  # fmt: skip
    lines += ["", "## Parameters", "", "Columns of runs.csv and summary.csv where a plan varies them; a scenario field "
              "`scenario.x` has the column `scenario_x` (`forumsim scenarios NAME` explains it).", ""]  # fmt: skip
    lines += markdown_table(("parameter", "column", "unit", "bounds", "default", "meaning"),
                   ((f"`{p.name}`", f"`{p.field}`", p.unit, _range(_parameter_column(p)),
                     "unset" if p.default is None else f"{p.default:g}", p.meaning) for p in PARAMETERS))  # fmt: skip
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m forumsim.results.codebook docs/codebook.md")
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")
