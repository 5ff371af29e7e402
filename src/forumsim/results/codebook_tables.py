"""What is in a results folder: every column of every table, from the registries, as a Table Schema.

A sweep writes it as ``datapackage.json`` beside its CSV, and `forumsim.results.codebook` as a page. The headers of the
results are taken from here, so that no column is without its description.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forumsim.core.measures import STATES, TENDENCIES, Measure
from forumsim.core.parameters import PRESETS, Parameter
from forumsim.core.terms import Event, Form, Kind, Mode, Role, Status, Term
from forumsim.results import twins as twin_words
from forumsim.results.columns import Column, Table
from forumsim.running.tables import words
from forumsim.scenarios.data import Cell, Fits, cell_of, fits
from forumsim.scenarios.meanings import MEANINGS
from forumsim.scenarios.settings import PRESET, column_name, find_setting

#: The words of `forumsim.running.interventions.ACTS`; written out, as the codebook need not wait for compiled rules.
ACTS = ("set", "shock", "join", "leave", "found", "meet", "host", "channel", "write")
SHARES = tuple(f"share_{word}" for word in (*STATES, *TENDENCIES))
_STATE_MEANING = (
    "state of the run over its last steps (measure.state_steps): forums shared by the blocs and one, shared and "
    "several, in between, divided"
)
_TENDENCY_MEANING = "fragmentation across blocs at the end against the start (measure.tendency_steps)"


def _varied_column(name: str, field_specs: Mapping[str, Any], own: Sequence[Parameter]) -> Column:
    setting, cell = find_setting(name, own), cell_of(name)
    if setting is not None and setting.parameter is not None:
        return parameter_column(setting.parameter)
    if setting is not None and setting.kind == PRESET:
        return Column(name, "string", "preset of dialogue", words=tuple(PRESETS))
    if cell is not None:
        return cell_column(cell)
    spec = field_specs.get(name if setting is None else setting.key)
    meaning = "field of the scenario" + (f": {spec.meaning}" if spec is not None else "")
    kind = {"int": "integer", "float": "number"}.get(spec.type if spec is not None else "", "string")
    return Column(column_name(name), kind, meaning)


def cell_column(cell: Cell) -> Column:
    """The column of a cell of a scenario's tables."""
    found = fits(cell) or Fits("text")
    place = f"{cell.table}.csv of the scenario, row {cell.id}, column {cell.column}"
    meaning = MEANINGS.get(f"{cell.table}.{cell.field}", "")
    kind = {"number": "number", "whole": "integer"}.get(found.kind, "string")
    text = f"{place}: {meaning}" if meaning else place
    return Column(column_name(cell.name), kind, text, "", found.low, found.high, found.words)


def parameter_column(parameter: Parameter) -> Column:
    """The column of a parameter that is varied."""
    meaning = f"parameter {parameter.name}: {parameter.meaning}"
    kind = "boolean" if parameter.is_switch else "number"
    return Column(parameter.field, kind, meaning, parameter.unit, parameter.low, parameter.high)


def _share(name: str, meaning: str, unit: str = "share") -> Column:
    return Column(name, "number", meaning, unit, 0.0, 1.0)


def measure_column(measure: Measure) -> Column:
    """The column of a measure in series.csv."""
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
    twins: bool = False,
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
        Varied names: dotted parameters, ``scenario.NAME``, cells of the scenario's tables.
    field_specs : mapping, optional
        Scenario fields by name (``type``, ``meaning``).
    parts : sequence of str
        Names of the parts of the plan; a column tells them apart where there are several.
    precision : sequence of str
        Measures that decide on the number of replicates.
    twins : bool
        Whether runs are compared with twins: then points that are there as twins alone are marked.
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
    mark = (Column("twin", "boolean", "whether it is there as a twin alone, for others to be compared with"),) * twins
    part = (Column("part", "string", "part of the plan", words=tuple(parts)),) if len(parts) > 1 else ()
    twin_point = (Column("twin_point", "string", "the point that its runs are compared with: itself where it has the "
                         "twin's settings, none where it is there as a twin alone"),) * twins  # fmt: skip
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
    compared = (twin_words.DIFFERENCE, *twin_words.SHARES) if twins else ()
    names = (*(measure.name for measure in measures), *SHARES, *compared) if measures else ()
    tables = (
        Table("runs", "One row per run: its settings and its verdict.",
              (run_id, point, *mark, replicate, seed, *part, scenario,
               Column("steps", "integer", "length of the run", "steps", low=1), *settings, *verdicts), ("run_id",)),
        Table("series", "The measures over time: one row per run, recorded step and issue.",
              (*when, issue, *(measure_column(measure) for measure in measures)), ("run_id", "step", "issue")),
        Table("summary", "One row per point, issue and measure: over replicates, the mean of each run's mean over its "
              "last steps (recorded steps within measure.state_steps of the end); rows share_... hold shares of "
              "verdicts, and in a plan with twins twin_difference the mean difference to them.",
              (point, *mark, *part, *settings, issue,
               Column("measure", "string", "measure, or share_... of a verdict", words=names),
               Column("n", "integer", "runs with a value", "runs", low=0), Column("mean", "number", "mean, or share"),
               Column("sd", "number", "standard deviation over runs (n - 1); missing for shares", low=0),
               Column("ci_low", "number", "95 % interval, lower end: Student's t, Wilson's score for shares"),
               Column("ci_high", "number", "95 % interval, upper end")), ("point", "issue", "measure")),
        Table("points", "One row per point of the plan: its settings, and how often it was run.",
              (point, *mark, *twin_point, *part, *settings,
               Column("replicates", "integer", "runs of the point", "runs", low=1),
               Column("failed", "integer", "of them failed", "runs", low=0),
               Column("stopped", "string", "why there are no more: their number was fixed, the intervals were narrow "
                      "enough, the maximum was reached, or no point that has it as a twin got more",
                      words=("fixed", "precision", "maximum", "twin")),
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
        Table("twins", "The runs against their twins: one row per run that has one, and issue. Pooled: means over the "
              "issues.",
              (run_id, point, replicate, issue,
               Column("twin_run_id", "string", "the twin: the run of the same replicate at the point's twin_point"),
               _share("fragmentation_across", "end value of the run"),
               _share("twin_fragmentation_across", "end value of the twin"),
               Column("difference", "number", "the run's less its twin's; missing where one of them is", "share",
                      -1.0, 1.0),
               Column("twin_verdict", "string", "whether that converges, does nothing or fragments (measure.twin)",
                      words=twin_words.WORDS)), ("run_id", "issue")),
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
               Column("value", "number", "size, amount or number that belongs to the event"),
               Column("term", "string", "what decided on a membership: for a join the term that spoke most for it, for "
                      "an exit or an edition that is not renewed the one that spoke most against it",
                      words=words(Term)[1:]))),
        Table("forums", "The forums ever opened, at the snapshots of the detailed runs.",
              (*when, forum, Column("name", "string", "name of the forum"),
               Column("status", "string", "life of the forum", words=words(Status)),
               Column("mode", "string", "when membership is decided", words=words(Mode)),
               Column("form", "string", "what it calls itself", words=words(Form)),
               Column("founded", "string", "quarter (or step) of founding"),
               Column("founder", "string", "id of the founder, if it is one actor"),
               Column("parent", "string", "forum that it was founded against or merged into"),
               _share("legalization", "0 soft law .. 1 hard law"),
               Column("vitality", "number", "attention of its members over their fair share, moving average", "ratio",
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
               Column("focal", "string", "forum that has its focus; it moves when another leads for long")),
              ("run_id", "step", "actor")),
        Table("failures", "The runs that raised an error instead of ending; they are in no other table.",
              (run_id, point, *mark, replicate, seed, *part, scenario, *settings,
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
