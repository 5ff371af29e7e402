"""What `forumsim view` says before it serves anything."""

import os
import socket
import subprocess
import sys
import time

import pytest

from forumsim.app import serve
from forumsim.commands.cli import main
from forumsim.core.errors import InputError


def test_all_that_is_needed_is_installed_here():
    serve.check_installed()


def test_what_is_missing_is_said_at_once(monkeypatch):
    monkeypatch.setattr(serve, "_is_there", lambda module: module != "uvicorn")
    monkeypatch.setattr(serve, "_assets_there", lambda: False)
    with pytest.raises(InputError) as caught:
        serve.check_installed()
    text = str(caught.value)
    assert "solara: is not installed" in text and "solara-assets" in text and "forumsim[view]" in text
    assert len(caught.value.problems) == 2


def test_a_version_of_ipyvuetify_that_leaves_the_page_blank(monkeypatch):
    import ipyvuetify

    monkeypatch.setattr(ipyvuetify, "__version__", "3.0.1")
    with pytest.raises(InputError, match="below 2"):
        serve.check_installed()


def test_a_port_that_is_taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(InputError, match="--port"):
            serve.check_port("127.0.0.1", other.getsockname()[1])
    with pytest.raises(InputError, match="nowhere"):
        serve.check_port("nowhere.invalid", 8765)


def test_a_port_that_cannot_be_had_ends_the_command_at_once():
    """Nothing that takes long is imported before: neither the model nor what serves the page."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        for port, word in ((str(other.getsockname()[1]), "already in use"), ("99999", "65535"), ("0", "--port")):
            code = (
                "import sys\n"
                "from forumsim.commands.cli import main\n"
                f"try: main(['view', 'two_blocs', '--no-browser', '--port', '{port}'])\n"
                "except SystemExit as end: status = end.code\n"
                "print(status, *({'numba', 'solara', 'pandas', 'mesa'} & set(sys.modules)))"
            )
            began = time.monotonic()
            found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
            assert found.stdout.split() == ["2"] and word in found.stderr, found
            assert time.monotonic() - began < 10, "1 s where nothing else runs"


def test_nothing_phones_home(monkeypatch):
    for name in list(os.environ):
        if name.startswith("SOLARA_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(os, "environ", {**os.environ, "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "True"})
    serve.settings()
    assert os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "False"


@pytest.mark.parametrize("home", [True, False])
def test_no_number_of_the_user_is_kept(home, tmp_path):
    """Solara alone would keep one in ``~/.solara``, and where there is no HOME, in the folder that one is in."""
    code = (
        "import pathlib, sys; from forumsim.app import serve; serve.settings()\n"
        f"pathlib.Path.home = lambda: pathlib.Path({str(tmp_path)!r}) if {home} else sys.exit\n"
        "import solara.server.settings as s; print(s.telemetry.server_user_id, s.telemetry.mixpanel_enable)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert (found.returncode, found.stdout.split()) == (0, ["nobody", "False"]), found.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="HOME")
@pytest.mark.parametrize("home", [None, "nonexistent", "home"])
def test_a_user_without_a_home_gets_the_page(home, tmp_path):
    """Containers run as users whom the machine does not know; nothing is said and nothing is left behind."""
    (tmp_path / "home").mkdir()
    code = (
        "import os, pwd\n"
        "def nobody(number): raise KeyError(number)\n"
        "pwd.getpwuid = nobody\n"
        "from forumsim.app import serve\n"
        "serve.check_installed(); serve.application('127.0.0.1'); print(os.environ['HOME'])"
    )
    environment = {name: value for name, value in os.environ.items() if name != "HOME"} | {"TMPDIR": str(tmp_path)}
    if home:
        environment["HOME"] = str(tmp_path / home)
    words = [sys.executable, "-c", code]
    found = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert (found.returncode, found.stderr) == (0, "")
    assert (found.stdout.strip() == environment.get("HOME")) == (home == "home")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["view", "two_block"], "two_blocs"),
        (["view", "two_blocs", "--set", "dialogue.level=3"], "0 to 1"),
        (["view", "two_blocs", "--preset", "some"], "track15"),
        (["view", "two_blocs", "--set", "scenario.actorz=3"], "actors"),
    ],
)
def test_mistakes_are_told_before_anything_is_served(arguments, message, capsys):
    with pytest.raises(SystemExit) as caught:
        main([*arguments, "--no-browser"])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_without_solara_the_command_says_how_to_get_it():
    code = (
        "import sys; sys.modules['solara'] = None\n"
        "from forumsim.app import serve\n"
        "serve._is_there = lambda module: not module.startswith('solara')\n"
        "from forumsim.commands.cli import main; main(['view', 'two_blocs', '--no-browser'])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.returncode == 2
    assert "pip install 'forumsim[view]'" in found.stderr and "Traceback" not in found.stderr
