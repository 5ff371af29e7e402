"""The documentation says what the program does: tables from the registries, names that exist, commands that run."""

from __future__ import annotations

import re
import shlex
import tomllib

import pandas as pd
import pytest
from make_tables import TABLE_MAKERS, renewed
from table_words import COLUMNS, DEFAULTS, KEYS
from typer.testing import CliRunner

from forumsim import simulate
from forumsim.analysis import load
from forumsim.commands.cli import app
from forumsim.core import draws
from forumsim.core.measures import norms
from forumsim.core.parameters import BY_NAME
from forumsim.core.rules import coalition
from forumsim.core.state.value import NOBODY
from forumsim.core.terms import PENDING_SLOTS, Shock
from forumsim.core.world import World
from forumsim.plans import load_plan
from forumsim.plans.plan import make_plan
from forumsim.running.interventions import ACTS
from forumsim.running.run import params_for, run_arrays
from forumsim.scenarios import baseline, load_scenario
from forumsim.scenarios.forms import APPROVAL, PERIOD
from forumsim.scenarios.schema import REQUIRED_TABLES, TABLES, TableRow
from forumsim.studies.face_checks import face_checks

PAGES = (
    "docs/odd.md",
    "docs/scenarios.md",
    "docs/tutorial.md",
    "docs/own_case.md",
    "docs/backtest.md",
    "docs/cases/nuclear.md",
    "docs/cases/lifecycle.md",
    "docs/data.md",
    "docs/trace.md",
    "docs/readers.md",
    "README.md",
    "CONTRIBUTING.md",
    "experiments/README.md",
)


@pytest.fixture(scope="module")
def page(root):
    return lambda name: (root / name).read_text(encoding="utf-8")


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


#: Pages with tables between markers.
MADE = tuple(
    f"docs/{name}.md"
    for name in ("odd", "scenarios", "findings", "effects", "backtest", "cases/lifecycle", "cases/nuclear")
)


@pytest.mark.parametrize("name", MADE)
def test_tables_are_up_to_date(page, name):
    assert page(name) == renewed(page(name)), f"run: python docs/make_tables.py {name}"


def test_every_table_stands_in_a_page(page):
    used = set(re.findall(r"<!-- table: (\S+) -->", "".join(page(name) for name in MADE)))
    assert used == set(TABLE_MAKERS)


def test_a_marker_that_names_no_table_is_told():
    with pytest.raises(KeyError, match="no table 'paramters'"):
        renewed("<!-- table: paramters -->\n<!-- end of table -->")


@pytest.mark.parametrize("name", PAGES)
def test_parameters_that_a_page_names_exist(page, name):
    groups = {parameter.split(".")[0] for parameter in BY_NAME}
    named = re.findall(r"`\"?([a-z0-9]+)\.([a-z0-9_]+)\"?`", page(name))
    unknown = {f"{group}.{rest}" for group, rest in named if group in groups} - set(BY_NAME)
    assert not unknown


# --- the ODD --------------------------------------------------------------------------------------------------------


def test_odd_names_every_array_of_the_world(page):
    entities = page("docs/odd.md").partition("## 2. ")[2].partition("## 3. ")[0]
    missing = [name for name in World.names() if f"`{name}`" not in entities]
    assert not missing


def test_odd_numbers_every_purpose_of_draws(page):
    purposes = {name: value for name, value in vars(draws).items() if name.isupper() and isinstance(value, int)}
    table = page("docs/odd.md").partition("### 7.1 ")[2].partition("### 7.2 ")[0]
    rows = dict(re.findall(r"^\| `([A-Z_0-9]+)` \| (\d+) \|", table, re.MULTILINE))
    assert rows == {name: str(number) for name, number in purposes.items()}


def test_odd_states_the_constants_that_are_no_parameters(page):
    text = " ".join(page("docs/odd.md").split())
    near, slope, low, high = (f"{value:g}".lstrip("0") for value in vars(baseline).values() if isinstance(value, float))
    assert f"{near} - {slope} rms distance of positions over all issues, clipped to {low} .. {high}" in text
    assert (
        f"with `approval` 0 for open admission, else {APPROVAL:g}, and a period of {PERIOD} for a series"
        in text.replace("else .", "else 0.")
    )
    assert f"at most {PENDING_SLOTS} at a time" in text
    assert NOBODY == 1e-12
    assert "W <= 10^-12" in text
    assert "Then, up to 50 times: the charter" in text
    assert coalition._ROUNDS == 50
    assert (norms.CLASSES, norms.ALPHA) == (10, 1.6)
    assert "ten classes of equal width and alpha 1.6" in text


def test_odd_maps_sections_to_modules_that_exist(root, page):
    table = page("docs/odd.md").partition("| section |")[2].partition("\n\n")[0]
    modules = re.findall(r"`([a-z_/]+\.py|[a-z_]+/)`", table)
    assert len(modules) > 20
    source = root / "src" / "forumsim"
    homes = (source, source / "scenarios", root)
    assert not [module for module in modules if not any((home / module).exists() for home in homes)]
    rules = {path.name for path in (source / "core" / "rules").glob("*.py")} - {"__init__.py"}
    assert rules <= {module.rpartition("/")[2] for module in modules}


def test_odd_has_its_seven_parts_and_eleven_concepts(page):
    text = page("docs/odd.md")
    parts = ("Purpose and patterns", "Entities, state variables, scales", "Process overview and scheduling",
             "Design concepts", "Initialization", "Input data", "Submodels")  # fmt: skip
    for number, part in enumerate(parts, start=1):
        assert f"\n## {number}. {part}\n" in text
    concepts = text.partition("## 4. ")[2].partition("## 5. ")[0]
    for concept in ("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing",
                    "Interaction", "Stochasticity", "Collectives", "Observation"):  # fmt: skip
        assert f"**{concept}.**" in concepts


# --- scenarios ------------------------------------------------------------------------------------------------------


def test_words_for_every_key_and_column():
    columns = {f"{table}.{name}" for table, model in TABLES.items() for name in model.model_fields}
    shared = {name for name in TableRow.model_fields if name != "row"}
    described = {f"{table}.{name}" for table in TABLES for name in (*shared, "row")} | set(COLUMNS)
    assert columns <= described
    assert set(COLUMNS) - shared <= columns
    assert set(DEFAULTS) <= columns
    assert all(meaning for part in KEYS.values() for meaning in part.values())


def test_scenarios_page_names_the_tables_and_shocks(page):
    text = page("docs/scenarios.md")
    assert "A folder needs " + " and ".join(["`actors.csv`, `forums.csv`", "`memberships.csv`"]) in text
    assert REQUIRED_TABLES == ("actors", "forums", "memberships")
    for table in TABLES:
        assert f"`{table}.csv`" in text
    kinds = re.findall(r"^\| `([a-z_]+)` \| [a-z, ]*\| ", text.partition("| kind | needs |")[2], re.MULTILINE)
    assert set(kinds) >= {kind.name.lower() for kind in Shock}


def test_the_smallest_scenario_runs(page, tmp_path):
    files = re.findall(r"`([a-z]+\.(?:toml|csv))`:\n\n```\w+\n(.*?)```", page("docs/scenarios.md"), re.DOTALL)
    assert [name for name, _ in files] == ["scenario.toml", "actors.csv", "forums.csv", "memberships.csv"]
    for name, content in files:
        (tmp_path / name).write_text(content, encoding="utf-8")
    scenario = load_scenario(tmp_path)
    outcome = run_arrays(scenario, params_for(scenario), 3, 1)
    assert outcome.world.step == 3


def test_a_generated_scenario_becomes_one_of_named_actors(tmp_path):
    """What docs/scenarios.md says of a copy of two_blocs."""
    from forumsim.scenarios import copy_scenario

    folder = copy_scenario("two_blocs", tmp_path / "mine")
    head = (folder / "scenario.toml").read_text(encoding="utf-8")
    head = re.sub(r"^generator = .*\n", "", head, flags=re.MULTILINE)
    head = re.sub(r"^\[fields\..*?(?=^\[(?!fields)|^#)", "", head, flags=re.MULTILINE | re.DOTALL)
    (folder / "scenario.toml").write_text(head, encoding="utf-8")
    actors = "id,bloc,power,position_civil,position_military\n" + "".join(
        f"{name},{bloc},{power},{x},{x}\n"
        for name, bloc, power, x in (("west_major", "west", 0.6, 0.2), ("east_major", "east", 0.4, 0.8))
    )
    (folder / "actors.csv").write_text(actors, encoding="utf-8")
    (folder / "memberships.csv").write_text("forum,actor\nuniversal_civil,west_major\n", encoding="utf-8")
    assert load_scenario(folder).actor_ids == ("west_major", "east_major")


# --- commands and programs ------------------------------------------------------------------------------------------


@pytest.fixture
def desk(root, tmp_path, monkeypatch):
    """An empty folder to work in, as a reader of the pages would."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(line):
    result = CliRunner().invoke(app, shlex.split(line, comments=True)[1:])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, f"{line}\n{result.output}"


def commands(text):
    return [line for block in blocks(text, "sh") for line in block.splitlines() if line.startswith("forumsim ")]


def test_the_tutorial_runs(page, desk, capsys):
    text = page("docs/tutorial.md")
    plan, acts = blocks(text, "toml")
    (desk / "talk.toml").write_text(plan, encoding="utf-8")
    (desk / "whatif.toml").write_text(acts, encoding="utf-8")
    lines = commands(text)
    assert len(lines) == 6
    for line in lines:
        call(line + " --workers 1 --quiet" if line.startswith("forumsim sweep") else line)
    assert (desk / "results" / "talk" / "report.html").exists()
    for program in blocks(text, "python"):
        exec(compile(program, "tutorial.md", "exec"), {"__name__": "tutorial"})
    printed = capsys.readouterr().out
    assert "fragmentation_across" in printed
    assert "'pooled'" in printed


def parts_in_order(text):
    """The code blocks of a page with their language, and the name of the file where the text before gives one."""
    found = re.finditer(r"(?:`(\w+\.toml)`:\n\n)?```(\w+)\n(.*?)```", text, re.DOTALL)
    return [match.groups() for match in found]


def test_the_guide_to_a_case_of_ones_own_runs(root, page, desk, capsys):
    """Every command, program and file of the page, in the order of the page; what it quotes stands in the example."""
    (desk / "examples").symlink_to(root / "examples")
    example = root / "examples" / "arctic"
    tables = {path.read_text(encoding="utf-8").partition("\n")[0]: path for path in example.glob("*.csv")}
    parts = parts_in_order(page("docs/own_case.md"))
    assert [name for name, _, _ in parts if name] == ["arctic.toml", "priors.toml", "channel.toml"]
    assert {language for _, language, _ in parts} == {"sh", "toml", "csv", "python"}
    done = 0
    for name, language, content in parts:
        if name:
            (desk / name).write_text(content, encoding="utf-8")
        elif language == "toml":
            assert content in (example / "scenario.toml").read_text(encoding="utf-8")
        elif language == "csv":
            head, *rows = content.splitlines()
            assert set(rows) <= set(tables[head].read_text(encoding="utf-8").splitlines())
        elif language == "python":
            exec(compile(content, "own_case.md", "exec"), {"__name__": "own_case"})
        else:
            for line in content.splitlines():
                if "RUN_ID" in line:
                    line = line.replace("RUN_ID", pd.read_csv("results/arctic/runs.csv")["run_id"][0])
                alone = (
                    " --workers 1 --quiet"
                    if line.startswith(("forumsim sweep", "forumsim rerun results/arctic"))
                    else ""
                )
                call(line + alone)
                done += 1
    assert done == 16
    for table in ("actors.csv", "trust.csv"):  # the program of the page makes what the example ships
        pd.testing.assert_frame_equal(pd.read_csv(desk / "my_arctic" / table), pd.read_csv(example / table))
    assert "sets of priors" in capsys.readouterr().out
    assert (desk / "results" / "arctic.zip").exists()
    told = " ".join(page("docs/own_case.md").split())
    assert [words for words in what_came_out(desk / "results" / "arctic") if words not in told] == []


def short(number):
    """A figure as the pages write it: .47, -.15."""
    return f"{number:.2f}".replace("0.", ".")


def what_came_out(folder):
    """Figures of the Arctic as the guide tells them, from the tables that its experiment leaves."""
    ends = pd.read_csv(folder / "summary.csv").query("issue == 'pooled' and measure == 'fragmentation_across'")
    real, silent, realists = (
        ends.query(f"part == '{part}' and twin == {twin}")["mean"].item()
        for part, twin in (("as it was", 0), ("as it was", 1), ("realists", 0))
    )
    yield f"is {short(real)} as it was, {short(silent)} in silence and {short(realists)} among realists"
    talks = load(folder).twins.query("part == 'as it was' and issue == 'access'")["difference"]
    yield f"*who decides* ({short(talks.mean())}, two standard errors {short(2 * talks.sem())})"
    cost = pd.read_csv(folder / "contrasts.csv").query("issue == 'pooled'").set_index("measure")["difference"]
    yield (
        f"costs {short(-cost['trust_across'])} of trust across blocs and {short(cost['fragmentation_across'])} of "
        "fragmentation"
    )
    runs = pd.read_csv(folder / "runs.csv").query("part == 'as it was' and twin == 0")["run_id"]
    members = pd.read_csv(folder / "memberships.csv").query("step == 12 and forum == 'CAOFA' and run_id in @runs")
    signed = members["actor"].value_counts()[["CHN", "EUU", "ISL", "JPN", "KOR"]] / len(runs)
    assert (signed.idxmin(), signed.idxmax()) == ("CHN", "KOR")
    yield f"in {short(signed.min())} (China) to {short(signed.max())} (Korea) of the runs"


def test_no_two_guides_write_different_things_into_one_folder_or_file(page):
    """A reader who follows one page after the other in the same folder is never refused."""
    seen = {}
    for name in ("README.md", "docs/tutorial.md", "docs/own_case.md"):
        text = page(name)
        made = {line: re.findall(r"(?:--out |-o |> )(\S+)", line) for line in re.findall(r"^forumsim .*", text, re.M)}
        made |= {
            plan: [f"results/{plan.removesuffix('.toml')}"] for plan in re.findall(r"forumsim sweep (\w+\.toml)", text)
        }
        made |= {f"{file} of {name}": [file] for file, _, _ in parts_in_order(text) if file}
        for what, places in made.items():
            for place in places:
                assert seen.setdefault(place, what) == what, place
    assert len(seen) > 8


def test_the_guide_explains_every_face_check(root, page):
    text = page("docs/own_case.md").partition("## 8. ")[2].partition("## 9. ")[0]
    checks = face_checks(load_scenario(root / "examples" / "arctic"))
    assert [
        check.what for check in checks if f"| {check.what.partition(', mean')[0].partition(', 5')[0]} |" not in text
    ] == []
    assert not [check.what for check in checks if check.unusual]


def test_what_the_tutorial_says_of_its_what_if(page):
    """Beside the same run without the interventions, trust between the majors ends higher."""
    text = page("docs/tutorial.md")
    assert "trust between the two majors ends a little higher" in " ".join(text.split())
    acts = tomllib.loads(blocks(text, "toml")[1])["interventions"]
    ends = []
    for done in ([], acts):
        series = simulate("ai_governance", steps=24, seed=3, interventions=done).series
        ends.append(series.loc[series["issue"] == "pooled", "trust_majors"].iloc[-1])
    assert 0 < ends[1] - ends[0] < 0.15


def test_commands_of_the_scenarios_page_run(page, desk):
    text = page("docs/scenarios.md")
    (overlay,) = [block for block in blocks(text, "toml") if "geneva_second" in block]
    (desk / "my_overlay.toml").write_text(overlay, encoding="utf-8")
    lines = commands(text)
    assert len(lines) == 6
    for line in lines:
        call(line)


def test_programs_and_plan_of_the_readme_work(page, desk, capsys):
    (program,) = blocks(page("README.md"), "python")
    exec(compile(program, "README.md", "exec"), {"__name__": "readme"})
    assert "tendency" in capsys.readouterr().out
    acts, plan = blocks(page("README.md"), "toml")
    (desk / "my_plan.toml").write_text(plan, encoding="utf-8")
    assert len(load_plan(desk / "my_plan.toml").points) == 24
    (desk / "what_if.toml").write_text(acts, encoding="utf-8")
    (line,) = [line for line in commands(page("README.md")) if "--interventions" in line]
    call(line)


def test_interventions_of_the_page_on_plans_stand_in_a_plan(page):
    (acts,) = [block for block in blocks(page("experiments/README.md"), "toml") if "[[interventions]]" in block]
    head = 'scenario = "two_blocs"\nsteps = 20\nreplicates = 2\n'
    plan = make_plan(tomllib.loads(head + acts))
    assert [entry["act"] for entry in plan.parts[0].interventions] == ["leave", "channel"]
    assert f"# {', '.join(ACTS)}\n" in acts


def test_statements_of_the_readme_on_copies(page, desk):
    lines = [line for line in commands(page("README.md")) if "--copy" in line or "my_case" in line]
    assert len(lines) >= 2
    for line in lines:
        call(line)


def test_findings_state_what_the_results_hold(root, page):
    """Every number of the table is in the summary.csv of the shipped experiment, which the documentation keeps."""
    summary = pd.read_csv(root / "docs" / "dialogue.csv").query("part == '30 years'")
    cells = [(0.0, 0.2), (1.0, 0.2), (1.0, 0.5), (1.0, 0.8)]
    rows = re.findall(r"^\| [^|]* \(`(\w+)`, (\w+)\) \|(.*)\|$", page("docs/findings.md"), re.MULTILINE)
    assert len(rows) >= 10
    for measure, issue, text in rows:
        for (level, sincerity), cell in zip(cells, text.split("|"), strict=True):
            at = (summary["dialogue_level"] == level) & (summary["sincerity_level"] == sincerity)
            found = summary[at & (summary["measure"] == measure) & (summary["issue"] == issue)]
            if cell.strip() == "-":
                assert found["mean"].isna().all()
                continue
            mean, half = (float(part) for part in cell.split("±"))
            digits = len(cell.split("±")[0].strip().partition(".")[2])
            assert mean == pytest.approx(found["mean"].item(), abs=0.5001 * 10**-digits)
            assert half == pytest.approx((found["ci_high"] - found["ci_low"]).item() / 2, abs=0.5001 * 10**-digits)
