"""What a person may ask of figures: formats, width, measures, titles, place; the plan's own words; bytes."""

import hashlib
import io
import os
import re
import struct
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from synthetic_results import write_results
from typer.testing import CliRunner

from forumsim.analysis import draw_figures, load_results, report
from forumsim.analysis.axes import assign_roles
from forumsim.analysis.cloud import cloud_figure
from forumsim.analysis.regime_map import regime_map
from forumsim.analysis.style import Sheet, fold, legend_columns, styled
from forumsim.analysis.sweeps import course_figure, effect_figure, measure_figure, verdict_figure
from forumsim.commands.cli import app
from signed import sign


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = write_results(tmp_path_factory.mktemp("options"), replicates=2, steps=40, detail=False)
    (made / "plan.toml").write_text('title = "Talks & <trust>"\ndescription = "For $5 and 100 %."\nscenario = "x"\n')
    return made


def state(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.rglob("*")}


def size(png):
    """Width and height in pixels, and dots a metre, by the chunks of the file."""
    wide, high = struct.unpack(">II", png[16:24])
    where = png.index(b"pHYs") + 4
    return wide, high, struct.unpack(">I", png[where : where + 4])[0]


def test_all_that_was_asked_for_lies_elsewhere_and_the_results_stay(folder, tmp_path):
    before = state(folder)
    call = ("report", folder, "--measures", "enf,trust_across", "--format", "pdf,svg", "--format", "png", "--width",
            "3.5in", "--dpi", 100, "--no-title", "--out", tmp_path / "there")  # fmt: skip
    result = CliRunner().invoke(app, [str(word) for word in call])
    assert result.exit_code == 0, result.output
    assert state(folder) == before
    drawn = tmp_path / "there" / "figures"
    stems = {path.stem for path in drawn.iterdir()}
    assert len(list(drawn.iterdir())) == 3 * len(stems)
    assert {"measures_issues", "measures_overall", "courses"} <= stems
    wide, _, dots = size((drawn / "measures_issues.png").read_bytes())
    assert wide == 350 and dots == round(100 / 0.0254)
    svg = (drawn / "measures_issues.svg").read_text(encoding="utf-8")
    assert 'width="252pt"' in svg  # 3.5 inches of 72 points
    assert ">Effective number" in svg and "Fragmentation" not in svg
    assert re.search(rb"/MediaBox \[ ?0 0 252(\.0)? ", (drawn / "measures_issues.pdf").read_bytes())
    page = (tmp_path / "there" / "report.html").read_text(encoding="utf-8")
    assert "Talks &amp; &lt;trust&gt;</h1>" in page and "<p>For $5 and 100 %.</p>" in page
    assert "figure 1 of" not in result.output, "quiet where nobody watches"


@pytest.fixture(scope="module")
def usual(folder, tmp_path_factory):
    """Figures as they are drawn where nothing is asked for but the measure."""
    return draw_figures(folder, tmp_path_factory.mktemp("usual"), measures=["enf"])


def test_by_default_there_are_three_formats_of_300_dots_an_inch(usual):
    for picture in usual:
        assert {path.suffix for path in picture.path.parent.glob(f"{picture.path.stem}.*")} == {".png", ".pdf", ".svg"}
        wide, high, dots = size(picture.path.read_bytes())
        assert dots == round(300 / 0.0254) and wide == int(8.27 * 300)
        across, down = Image.open(
            io.BytesIO(picture.png)
        ).size  # what the page shows at 960 across, on fine screens with more dots
        assert 1.5 * 960 <= across <= 2 * 960 and down == round(high * across / wide)
        assert len(picture.png) < 0.5 * picture.path.stat().st_size


def test_the_page_shows_what_the_file_has(usual):
    """Dot by dot, but for the finer shades: the file made as small, and the picture of the page."""
    for picture in usual:
        with Image.open(picture.path) as file, Image.open(io.BytesIO(picture.png)) as shown:
            small = file.convert("RGB").resize(shown.size, Image.Resampling.BOX)
            apart = np.abs(np.asarray(small, dtype=float) - np.asarray(shown.convert("RGB"), dtype=float))
        assert apart.mean() < 3 and np.percentile(apart, 99) < 40, picture.path.name


def test_without_png_the_page_has_its_figures_all_the_same(tmp_path):
    made = write_results(tmp_path / "made", vary={}, replicates=1, steps=8, detail=False)
    page = report(made, tmp_path, measures=["enf"], sheet=Sheet(("pdf",), dpi=60)).read_text(encoding="utf-8")
    names = [path.name for path in (tmp_path / "figures").iterdir()]
    assert names and all(name.endswith(".pdf") and f"figures/{name}" in page for name in names)
    assert page.count("data:image/png;base64,") == len(names)


def test_all_mistakes_at_once_and_nothing_is_written(folder, tmp_path):
    (tmp_path / "file").write_text("x")
    before = state(folder), state(tmp_path)
    call = ("report", folder, "--measures", "trust_acros,enf", "--format", "pgn", "--width", "9", "--dpi", 5, "--out",
            tmp_path / "file")  # fmt: skip
    result = CliRunner().invoke(app, [str(word) for word in call])
    assert result.exit_code == 2
    for said in ("did you mean 'trust_across'?", "did you mean 'png'?", "found '9'", "9cm", "found 5", "is a file"):
        assert said in result.output
    assert (state(folder), state(tmp_path)) == before


@pytest.mark.parametrize("width", ["3.5", "in", "nanin", "1in", "-9cm", "500cm", "9 furlongs", "infin"])
def test_widths_that_are_none(folder, tmp_path, width):
    result = CliRunner().invoke(app, ["report", str(folder), "--width", width, "--out", str(tmp_path / "no")])
    assert result.exit_code == 2 and "--width" in result.output and not (tmp_path / "no").exists()


@pytest.mark.parametrize("width", ["3.5in", "8.89cm", "88.9 mm"])
def test_one_width_in_three_units(width):
    from forumsim.commands.report import _inches

    assert _inches(width) == pytest.approx(3.5)


def test_a_linked_folder_of_figures_is_refused(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "figures").symlink_to(tmp_path / "elsewhere")
    result = CliRunner().invoke(app, ["report", str(folder), "--format", "svg", "--out", str(tmp_path / "out")])
    assert result.exit_code == 2 and "is a link" in result.output
    assert not list((tmp_path / "elsewhere").iterdir())


def test_other_processes_write_the_same_bytes(tmp_path):
    made = write_results(tmp_path / "run", vary={}, replicates=1)
    code = (
        "import sys; from forumsim.analysis import report; from forumsim.analysis.style import Sheet; "
        "report(sys.argv[1], sys.argv[2], sheet=Sheet(dpi=50))"
    )
    digests = []
    for name, seed in (("a", "1"), ("b", "2")):
        call = [sys.executable, "-c", code, str(made), str(tmp_path / name)]
        subprocess.run(call, check=True, env=os.environ | {"PYTHONHASHSEED": seed})
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        digests.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files})
    assert digests[0] == digests[1] and len(digests[0]) > 9


def test_titles_can_be_left_out_and_n_stays(folder):
    results = load_results(folder)
    for title in (True, False):
        with styled(Sheet(title=title)):
            figure = measure_figure(results, assign_roles(results), ["enf"], True)
        said = " ".join(" ".join(text.get_text() for text in figure.texts).split())
        assert ("against dialogue level" in said) == title and "n = 2 runs per point" in said


def overlaps(figure: Figure) -> list[str]:
    """Texts of a figure that cover each other or leave it."""
    drawn = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    inches = figure.get_size_inches() * figure.dpi
    boxes = []
    for ax in (axes for axes in figure.axes if axes.get_visible()):
        shown = [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label]
        for axis, (low, high) in ((ax.xaxis, sorted(ax.get_xlim())), (ax.yaxis, sorted(ax.get_ylim()))):
            shown += [tick.label1 for tick in axis.get_major_ticks()
                      if tick.label1.get_visible() and low <= tick.get_loc() <= high]  # fmt: skip
        boxes += [(text.get_text(), text.get_window_extent(drawn)) for text in shown if text.get_text()]
    boxes += [(text.get_text(), text.get_window_extent(drawn)) for text in figure.texts if text.get_text()]
    boxes += [(t.get_text(), t.get_window_extent(drawn)) for legend in figure.legends for t in legend.get_texts()]
    found = [
        f"{a!r} over {b!r}" for k, (a, one) in enumerate(boxes) for b, two in boxes[:k]
        if min(one.x1, two.x1) - max(one.x0, two.x0) > 1 and min(one.y1, two.y1) - max(one.y0, two.y0) > 1
    ]  # fmt: skip
    return found + [f"{a!r} leaves the page" for a, box in boxes
                    if box.x0 < -1 or box.y0 < -1 or box.x1 > inches[0] + 1 or box.y1 > inches[1] + 1]  # fmt: skip


@pytest.mark.parametrize("width", [3.5, 5.0, 8.27, 12.0])
def test_no_text_covers_another_or_leaves_the_page(folder, width):
    results = load_results(folder)
    roles = assign_roles(results)
    with styled(Sheet(width=width)):
        figures = {
            "measures": measure_figure(results, roles, ["fragmentation_across", "enf"], True),
            "effects": effect_figure(results, roles, ["fragmentation_across", "enf"], True),
            "overall": measure_figure(results, roles, ["trust_across", "trust_majors", "genuine_share"], False),
            "courses": course_figure(results, roles),
            "verdicts": verdict_figure(results, roles, "state"),
        }
        for name, figure in figures.items():
            assert overlaps(figure) == [], name


@pytest.mark.parametrize("width", [3.5, 8.27])
@pytest.mark.parametrize("words_on_the_axis", [False, True])
def test_names_of_sixty_letters_are_cut_and_cover_nothing(tmp_path, width, words_on_the_axis):
    long = "the_admission_of_the_universal_forum_on_civil_uses_and_more_x"
    levels = [
        "approval of all of the members that there are",
        "open",
        "invitation by two thirds of the members",
        "none",
    ]
    other = {"scenario_of_the_distance_between_the_blocs_on_all_of_the_issues": [0.2, 0.4, 0.6]}
    vary = {long: levels[:2], **other} if words_on_the_axis else {"dialogue_level": [0, 1], long: levels}
    results = load_results(write_results(tmp_path, vary, replicates=2, detail=False))
    roles = assign_roles(results)
    with styled(Sheet(width=width)):
        figures = {
            "measures": measure_figure(results, roles, ["fragmentation_across", "enf"], True),
            "effects": effect_figure(results, roles, ["trust_across", "trust_majors"], False),
            "courses": course_figure(results, roles),
            "verdicts": verdict_figure(results, roles, "state"),
            "points": cloud_figure(results),
            "map": regime_map(results),
        }
        for name, figure in figures.items():
            assert figure is None or overlaps(figure) == [], name


def test_rows_are_folded_and_legends_too():
    assert fold([[1, 2, 3, 4, 5], [6]], 2) == [[1, 2], [3, 4], [5], [6]]
    assert legend_columns(["a"] * 6, 20.0) == 6
    assert legend_columns(["a long name of forty letters, and a bit"] * 6, 3.5) == 1


def test_panels_of_one_measure_keep_one_scale_when_folded(folder):
    results = load_results(folder)
    with styled(Sheet(width=3.5)):
        figure = measure_figure(results, assign_roles(results), ["enf"], True)
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert len(shown) == 4 and len({ax.get_position().y0 for ax in shown}) == 2
    assert len({ax.get_ylim() for ax in shown}) == 1
    values = pd.read_csv(folder / "series.csv").query("step > 20").groupby(["run_id", "issue"])["enf"].mean()
    low, high = shown[0].get_ylim()
    assert low < values.min() and values.max() > low and high > values.groupby("issue").mean().max()


def test_metadata_hold_the_plans_words_and_no_date(usual):
    for path in usual[0].path.parent.iterdir():
        content = path.read_bytes()
        assert not re.search(rb"CreationDate|<dc:date>|Matplotlib v", content)
        if path.suffix == ".svg":
            text = content.decode()
            assert "Talks &amp; &lt;trust&gt;: " in text and "For $5 and 100 %." in text
        else:
            assert b"Talks & <trust>: " in content


def test_labels_of_the_scenario_reach_the_figures(tmp_path):
    made = write_results(tmp_path, vary={}, replicates=1, detail=False)
    labels = {"title": "A case", "issues": [{"id": "values", "label": "$\\frac{ & <b>", "low": "", "high": ""}]}
    draw_figures(sign(made, labels=labels), sheet=Sheet(("svg",)))
    assert "$\\frac{ &amp; &lt;b&gt;" in (made / "figures" / "courses.svg").read_text(encoding="utf-8")
