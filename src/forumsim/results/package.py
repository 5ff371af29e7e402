"""A replication package: results with all that it takes to repeat them, forumsim itself included, in one zip file.

forumsim is on no package index, so the package holds it as a wheel, made from the very files that are running. The same
folder gives the same bytes: names are sorted, times fixed.
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from forumsim.core.compilation import MODEL_DIGEST
from forumsim.core.errors import InputError, Problem
from forumsim.results.codebook import page
from forumsim.results.description import extensions_of
from forumsim.results.files import atomic
from forumsim.results.inputs import ENVIRONMENT, EXTENSIONS
from forumsim.results.opening import altered, file_digest, open_results, tables_of
from forumsim.results.results import Results
from forumsim.results.zips import digest_of, own_wheel, write_zip

#: What the analysis adds to a results folder, as far as it is there.
DRAWN = ("report.html", "sensitivity.csv", "figures")
#: Folder of the results within the package.
RESULTS = "results"
_TITLE = "the package cannot be made"


def write_package(
    folder: Results | str | Path, out: str | Path | None = None, most_mb: float | None = None, anyway: bool = False
) -> tuple[Path, tuple[str, ...]]:
    """Write the replication package of a results folder.

    Parameters
    ----------
    folder : Results or path
    out : path, optional
        The zip file, replaced if it is there; by default the name of the folder with ``.zip``, beside it.
    most_mb : float, optional
        Larger tables (in megabytes) are left out: a rerun makes them, and knows by their SHA-256 whether they are the
        same.
    anyway : bool
        Also when files were changed since, or the results are of another version of the model.

    Returns
    -------
    path : Path
        Of the package.
    left_out : tuple of str
        The tables that were left out.

    Raises
    ------
    InputError
        There are no complete results, files are missing or have changed, the model is another, or the file cannot be
        written: nothing is written then.
    """
    results = open_results(folder, anyway)
    manifest = results.manifest
    _check(results, anyway)
    place = results.folder.resolve()
    target = Path(out) if out is not None else place.with_name(f"{place.name}.zip")
    if target.is_dir() or not target.parent.is_dir():
        found = "is a folder" if target.is_dir() else f"there is no folder {target.parent}"
        raise InputError([Problem(str(target), found, "the name of a file")], _TITLE)
    large = [] if most_mb is None else [
        name for name in tables_of(results)
        if (place / name).is_file() and (place / name).stat().st_size > most_mb * 1e6
    ]  # fmt: skip
    left_out = tuple(sorted({*large, *manifest.get("left_out", ())}))
    contents: dict[str, bytes | Path] = {f"{RESULTS}/{name}": path for name, path in _files(place, manifest, left_out)}
    told = {**manifest, "left_out": left_out} if left_out else manifest
    contents[f"{RESULTS}/manifest.json"] = (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()
    wheel, content = own_wheel()
    environment = (place / ENVIRONMENT).read_text(encoding="utf-8") if (place / ENVIRONMENT).is_file() else ""
    contents |= {
        wheel: content,
        "requirements.txt": f"{environment}./{wheel}\n".encode(),
        "codebook.md": page().encode(),
        "CITATION.cff": _citation().encode(),
        "README.md": _readme(results, wheel, left_out).encode(),
    }
    sums = "".join(f"{digest_of(contents[name])}  {name}\n" for name in sorted(contents))
    contents["SHA256SUMS"] = sums.encode()
    with atomic([target]) as (file,):
        write_zip(file, target.stem, contents)
        file.commit()
    return target, left_out


def _check(results: Results, anyway: bool) -> None:
    """Whether the results are whole, and of the model that the package would hold."""
    if anyway:
        return
    found = altered(results, results.manifest["files"])
    problems = [Problem(str(results.folder / name), what) for name, what in found.items()]
    if results.manifest.get("model_digest") != MODEL_DIGEST:
        allowed = "the version of forumsim that they were made with, as the package holds the one that runs"
        problems.append(Problem(str(results.folder), "the results are of another version of the model", allowed))
    if problems:
        problems.append(Problem("to go on all the same", "--anyway"))
        raise InputError(problems, _TITLE)


def _files(place: Path, manifest: Mapping[str, Any], left_out: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """What the folder was written with, and what the analysis has added.

    Links may lead to any file of the user: those that are not known by their SHA-256 are not followed.
    """
    for name, digest in manifest["files"].items():
        path = place / name
        known = path.is_file() and (path.resolve().is_relative_to(place) or file_digest(path) == digest)
        if known and name not in left_out:
            yield name, path
    for name in DRAWN:
        for path in sorted([place / name, *(place / name).rglob("*")]):
            if path.is_file() and not path.is_symlink() and not (place / name).is_symlink():
                yield path.relative_to(place).as_posix(), path


# --- texts -----------------------------------------------------------------------------------------------------------


def _citation() -> str:
    """How to cite the program, from its own metadata."""
    own = importlib.metadata.metadata("forumsim")
    return f"""cff-version: 1.2.0
message: "If you use these results, cite the study that they belong to, and forumsim, with which they were made."
type: software
title: {json.dumps("forumsim: " + own["Summary"], ensure_ascii=False)}
authors:
  - name: {json.dumps(own["Author"] or "the forumsim developers", ensure_ascii=False)}
version: {own["Version"]}
license: {own["License-Expression"] or "MIT"}
"""


def _readme(results: Results, wheel: str, left_out: Iterable[str]) -> str:
    manifest = results.manifest
    made = manifest.get("software", {})
    python = made.get("python", platform.python_version())
    runs = manifest["runs"].get("planned", 0)
    title = " ".join(str(manifest.get("labels", {}).get("title") or manifest.get("name", "")).split())
    first = _first_id(results)
    absent = ", ".join(left_out)
    without = f"""
The tables {absent} were left out, as they are large. A rerun makes them, and compares their SHA-256 with the one in
`results/manifest.json`; `forumsim rerun results --out again` keeps them.
""" if absent else ""  # fmt: skip
    name = " ".join(str(manifest.get("name", "")).split())
    given, own = _extensions(manifest)
    return f"""# Replication package: {name}

{title}

Made with forumsim {made.get("forumsim", "")} on Python {python} ({made.get("system", "")}): {runs} runs.

| | |
|---|---|
| `results/` | the tables, and where they were drawn the figures and the report |
| `results/plan.toml` | the plan: what was run |
| `results/inputs/` | the scenarios and files that the plan names |
| `codebook.md`, `results/datapackage.json` | what every column means |
| `requirements.txt` | the exact versions of all packages |
| `{wheel}` | forumsim itself, with all its source |
| `SHA256SUMS` | digests of all these files |
{without}
## To repeat the results

You need Python {".".join(python.split(".")[:2])} and a connection to the Python package index. In the folder of this
file:

```sh
sha256sum -c SHA256SUMS                    # everything is as it was packed
python3 -m venv environment
environment/bin/python -m pip install -r requirements.txt
environment/bin/forumsim rerun results {first + given:<12}# one run; the first time a minute or two more
environment/bin/forumsim rerun results{given}             # all runs: {runs}
```
{own}
On Windows the programs are in `environment\\Scripts`. Both reruns say `identical` when every number of every table is
the same to the last digit, and otherwise what differs. `environment/bin/forumsim report results` draws the figures.

The packages other than forumsim are pinned by their versions, not by digests, as installed packages do not say what
file they came from; whether they compute the same is what the rerun shows.
"""


def _extensions(manifest: Mapping[str, Any]) -> tuple[str, str]:
    """The words that name the extensions of the results on the command line, and a paragraph on them."""
    sources = extensions_of(manifest).sources
    if not sources:
        return "", ""
    places = [source.name if source.installed else f"results/{EXTENSIONS}/{source.name}" for source in sources]
    lines = [
        f"`{place}`" + (f" (of the package {source.version}, which you have to install)" if source.installed else "")
        for source, place in zip(sources, places, strict=True)
    ]
    text = f"""
The runs use code of the authors' own: {", ".join(lines)}. It runs only because the commands name it; read it before.
"""
    return "".join(f" --with {place}" for place in places) + " ", text


def _first_id(results: Results) -> str:
    """The id of a run, shortened; or a word that stands for one."""
    path = results.folder / "runs.csv"
    if path.is_file():
        with open(path, encoding="utf-8") as file:
            file.readline()
            run_id = file.readline().partition(",")[0]
        if run_id.isalnum():
            return run_id[:9]
    return "RUN_ID"
