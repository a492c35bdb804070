"""Fetches the raw export and the data dictionary from a REDCap server, by way of PyCap (`pip install .[redcap]`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from poems_report.errors import Problem, StudyError, UsageError
from poems_report.study.folder import write_files
from poems_report.study.redcap.dictionary import parse_dictionary
from poems_report.study.redcap.export import parse_export

EXPORT, DICTIONARY = "export.csv", "dictionary.csv"
TIMEOUT_S = 60
_LOCAL = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Fetched:
    """The two files that `import_redcap` reads; the export may hold dates and must be kept as the project is."""

    export: Path
    dictionary: Path


def fetch(url: str, token: str, folder: Path, verify: bool | str = True) -> Fetched:
    """Write the raw export of all records and the data dictionary of a project into a folder.

    Args:
        url: address of the API, ending in `/api/`; https, as the token is sent with every request.
        token: the user's API token of the project; used for the requests only.
        folder: where the two files are written.
        verify: whether to check the server's certificate, or the file of certificates to check it against.

    Raises:
        UsageError: PyCap is not installed, or the address is not https.
        StudyError: the server cannot be reached, refuses the token, or answers with something else.
    """
    address = urlsplit(url)
    if address.scheme != "https" and address.hostname not in _LOCAL:
        raise UsageError(f"{address.hostname or url}: the token must not be sent without https")
    dictionary, export = _ask(url, token, verify)
    parse_export(export, parse_dictionary(dictionary, DICTIONARY), EXPORT)
    write_files(folder, {EXPORT: export.encode(), DICTIONARY: dictionary.encode()})
    return Fetched(folder / EXPORT, folder / DICTIONARY)


def _ask(url: str, token: str, verify: bool | str) -> tuple[str, str]:
    """Data dictionary and records as the server's CSV."""
    try:
        from redcap.project import Project
    except ImportError:
        raise UsageError("reading from a REDCap server needs PyCap: install poems-report[redcap]") from None
    from requests import JSONDecodeError, RequestException

    try:
        project: Any = Project(url, token, verify_ssl=verify, timeout=TIMEOUT_S, allow_redirects=False)
        dictionary = project.export_metadata(format_type="csv")
        export = project.export_records(format_type="csv", export_blank_for_gray_form_status=True)
    except AssertionError:
        raise UsageError("no REDCap token: 32 letters and digits, and an address ending in /api/") from None
    except RequestException as error:
        said = "no answer of REDCap" if isinstance(error, JSONDecodeError) else _without(str(error), token)
        words = f"the server gave no data: {said}"
        raise StudyError([Problem(urlsplit(url).hostname or url, 0, "", "", words, "a REDCap API")]) from None
    return str(dictionary), str(export)


def _without(text: str, token: str) -> str:
    """An error's words in one short line, the token never in it."""
    return " ".join(text.replace(token, "***").split())[:200]
