"""Results in other formats: Parquet for large tables, Stata with labels; types and labels are those of the codebook."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.results.description import describe
from forumsim.results.files import refuse_links
from forumsim.results.opening import open_tables
from forumsim.results.results import Results
from forumsim.results.stata import unfit, write_stata

#: Formats by the ending of their files.
FORMATS = ("parquet", "dta")
#: Folder within the results folder that takes them, unless another is named.
FOLDER = "export"
#: Types of DuckDB by those of a Table Schema.
_TYPES = {"string": "VARCHAR", "integer": "INTEGER", "number": "DOUBLE", "boolean": "BOOLEAN"}


def export(
    folder: Results | str | Path,
    formats: Iterable[str] = FORMATS,
    out: str | Path | None = None,
    anyway: bool = False,
    more: Mapping[str, bytes] | None = None,
) -> list[Path]:
    """Write every table of a results folder in other formats; all files appear together, or none.

    Parameters
    ----------
    folder : Results or path
    formats : iterable of str
        ``parquet`` (typed columns, zstd; needs DuckDB) and ``dta`` (Stata 14 or later, version 118: labels of variables
        and values, no package needed).
    out : path, optional
        Where to; by default the folder ``export`` within the results folder. Earlier exports are replaced.
    anyway : bool
        Whether tables that were edited since they were written will do.
    more : mapping, optional
        Further files by name, written together with the tables; then no format need be named.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        There are no results, their tables are not those of their plan, the format is not known, or
        DuckDB is not installed: nothing is written then.
    """
    results = open_tables(folder, anyway)
    refuse_links(results.folder)
    wanted = tuple(dict.fromkeys(formats))
    problems = [Problem("format", f"found {name!r}", ", ".join(FORMATS)) for name in wanted if name not in FORMATS]
    if problems or not (wanted or more):
        raise InputError(problems or [Problem("format", "none is named", ", ".join(FORMATS))])
    writers = {"dta": write_stata, **({"parquet": _parquet_writer()} if "parquet" in wanted else {})}
    package = describe(results)
    target = Path(out) if out is not None else results.folder / FOLDER
    with _together(target) as place:
        for name, content in (more or {}).items():
            (place / name).write_bytes(content)
        for resource in package["resources"] if wanted else ():
            path = results.folder / str(resource["path"])
            if not path.is_file():
                raise InputError([Problem(str(path), "is missing")], "the results are damaged")
            for name in wanted:
                writers[name](path, resource, place / f"{resource['name']}.{name}")
        written = sorted(place.iterdir())
    return [target / path.name for path in written]


@contextlib.contextmanager
def _together(target: Path) -> Iterator[Path]:
    """A folder to write to; what is in it moves to ``target`` at the end, if nothing goes wrong."""
    if target.exists() and not target.is_dir():
        raise InputError([Problem(str(target), "is a file", "a folder")], "the export cannot be written")
    made = not target.exists()
    target.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=".export-", dir=target))
    try:
        yield place
        for path in sorted(place.iterdir()):
            os.replace(path, target / path.name)
    finally:
        shutil.rmtree(place)
        if made and not any(target.iterdir()):
            target.rmdir()


def _parquet_writer() -> Callable[[Path, Mapping[str, Any], Path], None]:
    try:
        import duckdb
    except ImportError:
        hint = "pip install 'forumsim[formats]'"
        raise InputError([Problem("--parquet", "DuckDB is not installed", "", hint)]) from None

    def write(path: Path, resource: Mapping[str, Any], target: Path) -> None:
        """One table; its schema goes into the file as well, under the key ``table_schema``."""
        schema = resource["schema"]
        columns = {field["name"]: _TYPES[field["type"]] for field in schema["fields"]}
        listed = ", ".join(f"{_quoted(name)}: '{kind}'" for name, kind in columns.items())
        reading = (f"read_csv({_quoted(str(path))}, columns = {{{listed}}}, header = true, auto_detect = false, "
                   """delim = ',', quote = '"', escape = '"', nullstr = '', new_line = '\\n')""")  # fmt: skip
        text = _quoted(json.dumps(schema, ensure_ascii=False))
        how = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{table_schema: {text}}}"
        with duckdb.connect() as connection:
            try:
                connection.execute(f"COPY (SELECT * FROM {reading}) TO {_quoted(str(target))} ({how})")
            except duckdb.Error as error:
                raise unfit(path, str(error).strip().splitlines()[0]) from None

    return write


def _quoted(text: str) -> str:
    """A literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
