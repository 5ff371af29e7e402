import io

from rich.console import Console

from forumsim.sweeps.progress import Progress, duration


def told(progress):
    with progress as bar:
        bar.start(10, 2)
        bar.advance(1, 0)
        bar.note("half way")
        bar.advance(7, 2)


def test_plain_lines_where_there_is_no_terminal(capsys):
    told(Progress())
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "3/10 runs"
    assert said[1] == "half way"
    assert said[2].startswith("10/10 runs")
    assert said[2].endswith("2 failed")


def test_nothing_when_not_wanted(capsys):
    told(Progress(shown=False))
    assert capsys.readouterr() == ("", "")


def test_a_bar_on_a_terminal():
    text = io.StringIO()
    told(Progress(console=Console(file=text, force_terminal=True, width=100)))
    assert "10/10" in text.getvalue()
    assert "2 failed" in text.getvalue()
    assert "half way" in text.getvalue()


def test_durations():
    assert [duration(s) for s in (4.2, 99, 600, 7200)] == ["4 s", "99 s", "10 min", "2.0 h"]
