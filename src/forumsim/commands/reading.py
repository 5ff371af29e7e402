"""A run in words on the terminal: how it ended, and what a twin of it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from forumsim.commands.console import columns, counted, wrapped

if TYPE_CHECKING:
    from forumsim.running.run import Run

#: Measures of the whole, from start to end.
WHOLE = ("trust_across", "trust_majors", "legalization", "majors_portfolio", "genuine_share", "words_without_deeds")
#: Arrow between start and end; plain, because terminals differ.
TO = "->"


def reading(result: Run) -> str:
    """Verdict and key measures per issue, measures of the whole, forums at the end, events."""
    parts = [_verdicts(result), _whole(result), _forums(result), _events(result)]
    return "\n\n".join(part for part in parts if part)


def against(result: Run, twin: Run, record: Any, settings: str) -> str:
    """The twin verdict on a run: end values of fragmentation across blocs of both, by issue, and the word."""
    from forumsim.results.ends import WINDOW
    from forumsim.results.twins import LINE, compared_values, word_of

    window, line = (float(record[name.replace(".", "_")]) for name in (WINDOW, LINE))
    mine, other = (compared_values(_end_values(run, window)) for run in (result, twin))

    def word(difference: float) -> str:
        return word_of(difference, line) or "none"

    rows = [
        [issue, f"{_number(one)} {TO} {_number(two)}", _telling(float(two - one), word), word(float(two - one))]
        for issue, one, two in zip((*result.scenario.issues, "pooled"), other, mine, strict=True)
    ]
    note = (
        f"Against its twin, the run of the same seed with {settings}: fragmentation across blocs of the twin and of "
        f"the run, means over the last steps ({WINDOW}). A difference beyond +-{line:g} ({LINE}) converges or "
        "fragments. Pooled: means over the issues."
    )
    return columns(rows, ["issue", "twin and run", "difference", "twin verdict"]) + "\n" + wrapped(note, "  ")


def _end_values(result: Run, window: float) -> Any:
    """End values of fragmentation across blocs, by issue and pooled, as summary.csv has them."""
    from forumsim.results.ends import in_window, mean_of_present

    wide = result.series.pivot(index="step", columns="issue", values="fragmentation_across")
    steps, scopes = wide.index.to_numpy(), [*result.scenario.issues, "pooled"]
    return mean_of_present(wide[scopes].to_numpy()[in_window(steps, steps.max(), window)])


def _ends(result: Run, issue: str) -> tuple[Any, Any]:
    rows = result.series[result.series["issue"] == issue]
    return rows.iloc[0], rows.iloc[-1]


def _number(value: float, digits: int = 2) -> str:
    return "none" if value != value else f"{value:.{digits}f}"


def _verdicts(result: Run) -> str:
    """State and tendency, each with the numbers that decided it: means over windows of steps."""
    from forumsim.core.measures.verdict import state_of
    from forumsim.running.run import params_for

    rows = []
    lines = params_for(result.scenario)
    windows = {found.window for found in result.grounds}
    for (issue, state, tendency), found in zip(
        result.verdict[["issue", "state", "tendency"]].to_numpy(), result.grounds, strict=True
    ):
        which = "across blocs" if found.across else "of all pairs"
        change = _moved(found.before, found.after) if found.window else "too short"
        f = _telling(found.f, partial(state_of, enf=found.enf, params=lines))
        enf = _telling(found.enf, partial(state_of, found.f, params=lines))
        rows.append([issue, state, tendency, f, which, enf, change])
    most = max(windows)
    compared = f"From the first to the last {f'{most} steps' if most > 1 else 'step'}: means of fragmentation, which "
    how = f"{compared}decide the tendency." if most else "The run is too short for a tendency."
    note = (
        "Fragmentation and effective forums: means over the last steps (measure.state_steps), which decide the state. "
        f"{how} Pooled: means over the issues."
    )
    head = ["issue", "state", "tendency", "fragmentation", "which is", "effective forums", "first to last"]
    return columns(rows, head) + "\n" + wrapped(note, "  ")


def _telling(value: float, word: Callable[[float], str]) -> str:
    """A number with as many digits as it takes to come to the word that it led to."""
    digits = next((d for d in range(2, 8) if word(round(value, d)) == word(value)), 2)
    return _number(value, digits)


def _moved(first: float, last: float) -> str:
    """Both numbers with as many digits as it takes to see that they differ."""
    digits = next((d for d in range(2, 8) if f"{first:.{d}f}" != f"{last:.{d}f}"), 2)
    return f"{first:.{digits}f} {TO} {last:.{digits}f}"


def _change(first: float, last: float) -> str:
    return f"{_number(first)} {TO} {_number(last)}"


def _whole(result: Run) -> str:
    from forumsim.core.measures import MEASURES

    labels = {measure.name: measure.label for measure in MEASURES}
    first, last = _ends(result, "pooled")
    known = [name for name in WHOLE if name in labels and last[name] == last[name]]
    return columns([(labels[name], _change(first[name], last[name])) for name in known])


def own_measures(result: Run) -> str:
    """Measures of extensions at the start and the end of the run."""
    rows = []
    for item in result.scenario.extensions.measures:
        for issue in (*result.scenario.issues, "pooled") if item.per_issue else ("pooled",):
            first, last = _ends(result, issue)
            rows.append([item.label, issue, _change(first[item.name], last[item.name])])
    return columns(rows, ["own measure", "issue", "start and end"])


def _forums(result: Run) -> str:
    """Live forums at the end, those of the greatest reach first."""
    last = result.forums[result.forums["step"] == result.forums["step"].max()]
    live = last[last["status"] == "alive"].sort_values("weight_in", ascending=False, kind="stable")
    if live.empty:
        return "no forum is alive at the end"
    keys = ["name", "members", "weight_in", "legalization"]
    rows = [(name, count, f"{reach:.2f}", f"{law:.2f}") for name, count, reach, law in live[keys].head(5).to_numpy()]
    head = ("forum", "members", "reach", "law")
    some = "the first five by" if len(live) > len(rows) else "by"
    title = f"{counted(len(live), 'forum')} alive at the end, {some} reach (share of power):\n"
    return title + columns(rows, head, right="lrrr")


def _events(result: Run) -> str:
    from forumsim.running.events import EVENT_WORDS

    counts = event_counts(result)
    kinds = [(kind.name.lower(), words.plural) for kind, words in EVENT_WORDS.items() if words.plural]
    told = [f"{words}: {counts[kind]}" for kind, words in kinds if counts[kind]]
    return wrapped("events: " + (", ".join(told) if told else "none"))


def event_counts(result: Run) -> Counter[str]:
    """Events of the run by kind, without the history that the scenario dates before its start.

    Of sanctions those in force count: pairs of actors, each once, that lost trust.
    """
    events = result.events
    history = (events["step"] == 0) & ~(events["event"] == "intervention").cummax()
    events = events[~history]
    counts = Counter(events["event"])
    cut = events[(events["event"] == "sanction") & (events["value"] > 0)]
    counts["sanction"] = len({frozenset(pair) for pair in cut[["actor", "other"]].to_numpy().tolist()})
    return counts
