import re

import pytest
from synthetic_results import QUICK, write_results

from forumsim.analysis import report
from forumsim.core.errors import InputError


@pytest.fixture(scope="module")
def page(sweep_folder):
    path = report(sweep_folder, sheet=QUICK)
    return path, path.read_text(encoding="utf-8")


def test_one_file_with_everything_in_it(page, sweep_folder):
    # of the single runs: full dialogue at the highest sincerity (last point), the same draws without dialogue (third)
    path, text = page
    drawn = {picture.stem for picture in (sweep_folder / "figures").glob("*.png")}
    assert drawn == {"measures_issues", "effects_issues", "measures_overall", "effects_overall", "verdict_state",
                     "regime_map", "verdict_tendency", "courses", "run_r000015", "run_r000003", "typical_runs",
                     "typical_network", "who"}  # fmt: skip
    assert path == sweep_folder / "report.html"
    assert text.count("data:image/png;base64,") == len(list((sweep_folder / "figures").glob("*.png"))) == 13
    assert not re.findall(r'(?:src|href)="(?!data:|#)', text)
    assert "<script" not in text


def test_it_holds_reading_definitions_and_provenance(page):
    text = page[1]
    for anchor in (
        "reading",
        "figures",
        "time",
        "typical",
        "ends",
        "who",
        "tables",
        "measures",
        "parameters",
        "provenance",
    ):
        assert f'id="{anchor}"' in text
    assert "What the highest dialogue level changes" in text
    assert "measure.divided_f" in text
    assert "level of dialogue on all tracks" in text
    assert "software.forumsim" in text


def test_every_picture_has_words(page):
    assert all(alt.strip() for alt in re.findall(r'<img alt="([^"]*)"', page[1]))


def test_text_from_files_is_escaped(tmp_path):
    folder = write_results(tmp_path, vary={}, replicates=1, detail=False)
    (folder / "plan.toml").write_text('scenario = "<script>alert(1)</script>"\n')
    assert "<script>" not in report(folder, sheet=QUICK).read_text(encoding="utf-8")


def test_the_same_folder_gives_the_same_page(tmp_path):
    folder = write_results(tmp_path, vary={}, replicates=2, detail=False)
    first, again = (report(folder, sheet=QUICK).read_bytes() for _ in range(2))
    assert first == again


def test_a_folder_that_is_none_is_left_alone(tmp_path):
    with pytest.raises(InputError):
        report(tmp_path)
    assert not list(tmp_path.iterdir())
