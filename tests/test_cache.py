"""Compiled code on the machines of others: no HOME, no name, two users, read-only folders, planted files."""

import importlib.util
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numba
import pytest

import forumsim
from forumsim.core import cache as _cache
from forumsim.core import compilation as _compile
from forumsim.core.cache import cache_folder

pytestmark = pytest.mark.skipif(not hasattr(os, "getuid"), reason="owners and modes of POSIX")
as_root = pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs other users: root alone")
NAME = "kernel-of-a-test"
STRANGER = 54321
SOURCES = Path(forumsim.__file__).parents[1]


@pytest.fixture
def place(monkeypatch, tmp_path):
    """An installation, a home and a temporary directory, each writable."""
    tmp_path.chmod(0o755)
    for name in ("forumsim", "home", "tmp"):
        (tmp_path / name).mkdir(mode=0o755)
    (tmp_path / "tmp").chmod(0o1777)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    return tmp_path


def found(place):
    folder = cache_folder(place / "forumsim", NAME)
    return None if folder is None else str(folder.parent.relative_to(place))


def own_temporary():
    return f"tmp/forumsim-{os.getuid()}"


def test_the_order_of_places(place, monkeypatch):
    assert found(place) == "forumsim/__pycache__"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(place / "given"))
    assert found(place) == "given"
    (place / "given").chmod(0o777)
    assert found(place) == "home/.cache/forumsim"
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "xdg"))
    assert found(place) == "xdg/forumsim"
    (place / "xdg").chmod(0o777)
    assert found(place) == own_temporary()
    assert (place / own_temporary()).stat().st_mode & 0o777 == 0o700


def test_neither_home_nor_name(place, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: exec("raise RuntimeError('Could not determine home directory.')"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(place / "given"))
    assert found(place) == "given"
    (place / "given").chmod(0o777)
    assert found(place) == own_temporary()


def test_a_home_that_does_not_exist_is_not_made(place, monkeypatch):
    (place / "forumsim" / "__pycache__").mkdir()
    (place / "forumsim" / "__pycache__").chmod(0o777)
    monkeypatch.setenv("HOME", str(place / "nonexistent"))
    assert found(place) == own_temporary()
    assert not (place / "nonexistent").exists()


def test_without_any_place_code_is_compiled_in_memory(place, monkeypatch, capsys):
    (place / "forumsim" / "__pycache__").symlink_to(place / "nowhere" / "at" / "all")
    (place / "home" / ".cache").write_text("a file")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(place / "home" / ".cache" / "below a file"))
    assert found(place) is None
    monkeypatch.setattr(_compile, "CACHE_FOLDER", None)
    assert _compile.kernel(_twice)(4) == 8
    from forumsim.commands.compilation import compile_once

    compile_once()
    assert capsys.readouterr().err.count("\n") == 1
    assert sorted(path.name for path in (place / "tmp").iterdir()) == []


def test_folders_do_not_pile_up(place):
    old, lately = (place / "forumsim" / "__pycache__" / f"kernel-{name}" for name in ("old", "lately"))
    for folder in (old, lately):
        folder.mkdir(parents=True)
    os.utime(old, (0, time.time() - 8 * 86400))
    assert found(place) == found(place) == "forumsim/__pycache__"
    assert sorted(path.name for path in old.parent.iterdir()) == ["kernel-lately", NAME]


@pytest.mark.parametrize("mode", [0o777, 0o757])
def test_a_folder_that_others_may_write_is_not_believed(place, mode):
    (place / "forumsim" / "__pycache__" / NAME).mkdir(parents=True)
    (place / "forumsim" / "__pycache__" / NAME).chmod(mode)
    assert found(place) == "home/.cache/forumsim"


@as_root
def test_a_folder_that_a_group_may_write_is_believed_only_if_the_group_is_the_users_own(place):
    folder = place / "forumsim" / "__pycache__" / NAME
    folder.mkdir(parents=True)
    folder.chmod(0o775)
    assert found(place) == "forumsim/__pycache__"
    os.chown(folder, 0, STRANGER)
    assert found(place) == "home/.cache/forumsim"


def test_a_file_that_others_may_write_is_not_believed(place):
    folder = place / "forumsim" / "__pycache__" / NAME / "rules_0"
    folder.mkdir(parents=True)
    folder.parent.chmod(0o755)
    (folder / "f.nbi").touch()
    (folder / "f.nbi").chmod(0o644)
    assert found(place) == "forumsim/__pycache__"
    (folder / "f.nbi").chmod(0o666)
    assert found(place) == "home/.cache/forumsim"


@as_root
@pytest.mark.parametrize("what", ["forumsim/__pycache__", f"forumsim/__pycache__/{NAME}", "forumsim"])
def test_what_another_user_owns_is_not_believed(place, what):
    (place / "forumsim" / "__pycache__" / NAME).mkdir(parents=True)
    os.chown(place / what, STRANGER, STRANGER)
    assert found(place) == "home/.cache/forumsim"


@as_root
def test_a_folder_or_link_that_waits_in_the_temporary_directory(place, monkeypatch):
    for name in ("forumsim", "home"):
        (place / name).chmod(0o777)
    waiting = place / own_temporary()
    waiting.mkdir(mode=0o700)
    os.chown(waiting, STRANGER, STRANGER)
    assert found(place) is None
    assert not list(waiting.iterdir())
    waiting.rmdir()
    waiting.symlink_to(place / "elsewhere")
    (place / "elsewhere").mkdir()
    os.lchown(waiting, STRANGER, STRANGER)
    assert found(place) is None


def test_what_comes_from_a_read_only_installation_can_be_added_to(place):
    """An administrator may close the folders that were compiled; the user's copy takes what is compiled later."""
    shared = place / "forumsim" / "__pycache__" / NAME / "core_0"
    shared.mkdir(parents=True)
    (shared / _cache.MAIN_LOOP.replace("*", "1")).touch()
    for path in (shared, shared.parent, shared.parent.parent):
        path.chmod(0o555)
    own = place / "home" / ".cache" / "forumsim" / NAME
    own.parent.mkdir(parents=True)
    _cache._copy(shared.parent, own)
    for path in (shared.parent.parent, shared.parent, shared):
        path.chmod(0o755)
    assert _cache.holds_code(own)
    assert {path.stat().st_mode & 0o777 for path in (own, own / "core_0")} == {0o700}


def _twice(x):
    return 2 * x


def test_compiled_code_outlives_a_new_date_and_no_new_text(place, monkeypatch):
    """An installation that is repeated or copied has the same files with other dates."""
    monkeypatch.setattr(_compile, "CACHE_FOLDER", cache_folder(place / "forumsim", NAME))
    path = place / "shipped.py"

    def loaded(text, date):
        path.write_text(text)
        os.utime(path, (date, date))
        spec = importlib.util.spec_from_file_location("shipped", path)
        module = importlib.util.module_from_spec(spec)
        exec(compile(text, str(path), "exec"), module.__dict__)
        return _compile.kernel(module.scaled)

    first = loaded("def scaled(x):\n    return 2 * x\n", 1_000_000_000)
    assert first(4) == 8 and sum(first.stats.cache_misses.values()) == 1
    dated = loaded("def scaled(x):\n    return 2 * x\n", 1_100_000_000)
    assert dated(4) == 8 and sum(dated.stats.cache_hits.values()) == 1
    changed = loaded("def scaled(x):\n    return 3 * x\n", 1_100_000_000)
    assert changed(4) == 12


class Planted:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (exec, (f"open({self.path!r}, 'w').close()",))


def test_a_damaged_cache_is_renewed_and_a_full_disk_borne(place, monkeypatch):
    monkeypatch.setattr(_compile, "CACHE_FOLDER", cache_folder(place / "forumsim", NAME))
    assert _compile.kernel(_twice)(4) == 8
    files = {path.suffix: path for path in _compile.CACHE_FOLDER.rglob("*.nb?")}
    assert set(files) == {".nbi", ".nbc"}
    for path in files.values():
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        again = _compile.kernel(_twice)
        assert again(4) == 8
        assert sum(again.stats.cache_misses.values()) == 1
        hit = _compile.kernel(_twice)
        assert hit(4) == 8
        assert sum(hit.stats.cache_hits.values()) == 1
    shutil.rmtree(files[".nbi"].parent)
    monkeypatch.setattr(_compile._Locator, "ensure_cache_path", lambda self: exec("raise OSError(28, 'full')"))
    assert _compile.kernel(_twice)(4) == 8


def stranger(*words, **environment):
    """A command of a user without name and home, whose environment is empty but for what is given."""
    python = f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
    python = sys.executable if _runs(sys.executable) else python
    if not _runs(python):
        pytest.skip("no Python of this version that others may run")
    packages = [str(SOURCES), *(path for path in sys.path if path.endswith("site-packages"))]
    environment = {"PYTHONPATH": os.pathsep.join(packages), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    return subprocess.run(
        [python, *words], user=STRANGER, group=STRANGER, extra_groups=[], env=environment, cwd=environment["TMPDIR"],
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip


def _runs(python):
    try:
        return subprocess.run([python, "-V"], user=STRANGER, group=STRANGER, extra_groups=[], capture_output=True)
    except OSError:
        return None


@pytest.fixture
def desk(tmp_path):
    """A temporary directory of everybody, and nothing else that the stranger could write to."""
    for path in (tmp_path, *tmp_path.parents[:2]):
        path.chmod(0o755)
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp").chmod(0o1777)
    return tmp_path / "tmp"


@as_root
def test_a_planted_index_does_not_run(desk):
    """The attack that worked: code in a folder of another user that forumsim took for its own."""
    trap = desk / f"forumsim-{STRANGER}" / f"kernel-{_compile.KERNEL_DIGEST[:16]}"
    locator = _compile._Locator(_twice, str(SOURCES / "forumsim" / "draws.py"))
    folder = trap / Path(locator.get_cache_path()).name
    folder.mkdir(parents=True)
    python = f"py{sys.version_info[0]}{sys.version_info[1]}"
    for line in range(120):
        index = folder / f"draws.share16-{line}.{python}.nbi"
        index.write_bytes(pickle.dumps(numba.__version__) + pickle.dumps(Planted(desk / "taken")))
    for path in (trap.parent, trap, folder):
        path.chmod(0o777)
    imports = "from forumsim.core.compilation import CACHE_FOLDER; from forumsim.core.draws import share16"
    code = f"{imports}; print(share16(.5), CACHE_FOLDER)"
    shown = stranger("-c", code, TMPDIR=str(desk))
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("32768 ")
    assert str(trap) not in shown.stdout
    assert not (desk / "taken").exists()


@as_root
@pytest.mark.slow
def test_all_of_it_without_home_and_name_from_a_read_only_installation(desk):
    from forumsim.commands.compilation import compile_once

    compile_once()  # as an administrator does when an image is built
    plan = desk / "plan.toml"
    plan.write_text('scenario = "two_blocs"\nsteps = 4\nreplicates = 2\nseed = 1\n[vary]\n"dialogue.level" = [0, 1]\n')
    (desk / "results").mkdir()
    os.chown(desk / "results", STRANGER, STRANGER)
    for words in (
        ["run", "two_blocs", "--steps", "2"],
        ["sweep", str(plan), "--workers", "2", "--quiet", "--out", "results/r"],
        ["report", "results/r"],
    ):
        shown = stranger("-m", "forumsim", *words, TMPDIR=str(desk))
        assert (shown.returncode, shown.stderr) == (0, ""), words
    assert sorted(path.name for path in desk.iterdir()) == [f"forumsim-{STRANGER}", "plan.toml", "results"]
    assert (desk / f"forumsim-{STRANGER}").stat().st_mode & 0o777 == 0o700


def test_the_folder_in_use_is_believed():
    assert _compile.CACHE_FOLDER is None or _cache._is_believed(_compile.CACHE_FOLDER, {0})
