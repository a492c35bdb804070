"""From a raw export and its data dictionary to a study folder, by way of a mapping that the user finishes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from poems_report.errors import Problem, StudyError
from poems_report.study.folder import csv_bytes, write_files
from poems_report.study.load import load_study
from poems_report.study.redcap.check import check_mapping
from poems_report.study.redcap.convert import Tables, convert
from poems_report.study.redcap.dictionary import read_dictionary
from poems_report.study.redcap.draft import draft_mapping
from poems_report.study.redcap.export import Export, read_export
from poems_report.study.redcap.mapping import Mapping, load_mapping, unfinished

MAPPING = "mapping.yml"
_SETTINGS = "study.yml"


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes:
        mapping: the mapping that was used, or drafted.
        drafted: whether the mapping was only drafted, so that no study was written.
        to_fill: what the user must fill in before the next run, where it was drafted.
        files: names of the files written into the folder.
    """

    mapping: Path
    drafted: bool
    to_fill: tuple[Problem, ...] = ()
    files: tuple[str, ...] = ()


def import_redcap(
    export: Path, dictionary: Path, output: Path, mapping: Path | None = None, force: bool = False
) -> Imported:
    """Write a study folder from a REDCap export, or the draft of its mapping where there is none yet.

    The study is checked as a whole before anything is written.

    Args:
        export: raw export of all records as CSV.
        dictionary: data dictionary of the project as CSV.
        output: the study folder.
        mapping: the finished mapping; without it `mapping.yml` in `output`.
        force: replace the files of an earlier import.

    Raises:
        StudyError: a file cannot be read, the mapping is unfinished or does not fit, the study has faults (named by
            line and field of the export), or the folder holds a study already.
    """
    fields = read_dictionary(dictionary)
    read = read_export(export, fields)
    path = mapping or output / MAPPING
    if mapping is None and not path.exists():
        write_files(output, {MAPPING: draft_mapping(fields, read).encode()})
        return Imported(path, True, tuple(unfinished(path)))
    settings = load_mapping(path)
    faults = check_mapping(settings, fields, path.name, read.repeating)
    if faults:
        raise StudyError(faults)
    if (output / _SETTINGS).exists() and not force:
        raise StudyError(
            [
                Problem(
                    str(output),
                    0,
                    "",
                    "",
                    "the folder holds a study",
                    "another folder, or --force to replace it",
                )
            ]
        )
    tables = convert(read, fields, settings)
    files = study_files(tables, settings)
    _validate(files, tables, settings, read, path.name)
    write_files(output, files)
    return Imported(path, False, files=tuple(files))


def study_files(tables: Tables, mapping: Mapping) -> dict[str, bytes]:
    """The files of the study by name."""
    head = "# Written by import-redcap from the mapping; change it there.\n"
    settings = yaml.safe_dump(mapping.study, sort_keys=False, allow_unicode=True, width=100)
    return {
        _SETTINGS: (head + settings).encode(),
        **{
            f"{name}.csv": csv_bytes(
                [str(one) for one in frame.columns], frame.itertuples(index=False, name=None)
            )
            for name, frame in tables.frames.items()
        },
    }


def _validate(files: dict[str, bytes], tables: Tables, mapping: Mapping, export: Export, file: str) -> None:
    """Load the study from a folder of its own; say its faults in terms of the export and the mapping."""
    with TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        try:
            load_study(folder)
        except StudyError as error:
            raise StudyError(
                [_translated(one, tables, mapping, export, file) for one in error.problems]
            ) from None


def _translated(problem: Problem, tables: Tables, mapping: Mapping, export: Export, file: str) -> Problem:
    table = problem.file.removesuffix(".csv")
    if problem.file == _SETTINGS:
        return replace(problem, file=file, row=0, character=0, column=f"study.{problem.column}".rstrip("."))
    if table not in tables.lines or problem.row < 2:
        return replace(problem, file=export.file)
    at = problem.row - 2
    place, line = tables.items[table][at], tables.lines[table][at]
    item = dict(mapping.items()).get(place)
    sources = mapping.patients if item is None else item.sources()
    fields = {name: source.field for name, source in sources.items()} | {"patient_id": export.key}
    if item is not None:
        fields["day"] = item.date or item.day
    return replace(problem, file=export.file, row=line, column=fields.get(problem.column) or problem.column)
