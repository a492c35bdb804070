"""Reads text tables: comma, semicolon or tab, UTF-8 with or without byte order mark.

A file whose records are lines is read by Arrow; one with line breaks within quotation marks, or with a row of the
wrong length, by the standard library, which knows the line that each record began on.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

import numpy as np

from poems_report.errors import Problem
from poems_report.study.characters import cut
from poems_report.study.raw import MAX_COLUMNS, MAX_ROWS, Coded, Codes, Read, Unreadable, patient_in

MAX_LINE = 1_000_000
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_CHUNK = 100_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NOT_IN_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


def read_csv(file: str, content: bytes, known: frozenset[str]) -> Read:
    """Read a text table.

    Args:
        file: its name.
        content: its bytes.
        known: names of columns, to choose between separators where the first line holds several.

    Raises:
        Unreadable: it is no text in UTF-8, is empty, or a line or row is out of all proportion.
    """
    content = _plain(file, content)
    _check_lengths(file, content)
    first = content.partition(b"\n")[0].decode()
    separator = _separator(file, first, known)
    names = _header(file, first, separator)
    quoted = b'"' in content
    if not quoted or _plainly_quoted(content, separator):
        read = _by_arrow(content, names, separator, quoted)
        if read:
            return read
    return _by_record(file, content.decode(), names, separator)


def _plain(file: str, content: bytes) -> bytes:
    """The content without byte order mark, its lines ended by a line feed."""
    if content[:2] in _UTF16:
        how = f"UTF-8: iconv -f UTF-16 -t UTF-8 {file} -o fixed.csv, or in Excel Save As, CSV UTF-8"
        raise Unreadable(file, 0, "the file is UTF-16 (Excel's Unicode text)", how)
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content or content.isspace():
        raise Unreadable(file, 0, "the file is empty", "a header and rows")
    if content[:4] == b"PK\x03\x04":
        raise Unreadable(file, 0, "an Excel workbook named as text", "the ending .xlsx")
    if b"\0" in content:
        row = _row(content, content.index(b"\0"))
        raise Unreadable(file, row, "the file is no text", "text in UTF-8")
    if not content.isascii():
        try:
            content.decode()
        except UnicodeDecodeError as error:
            raise _encoding(file, content, error.start) from None
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content


def _encoding(file: str, content: bytes, place: int) -> Unreadable:
    row, what = _row(content, place), f"the file is not UTF-8 (byte 0x{content[place]:02X})"
    if _NOT_IN_1252.intersection(content):
        return Unreadable(file, row, what, "text in UTF-8")
    how = f"UTF-8: iconv -f WINDOWS-1252 -t UTF-8 {file} -o fixed.csv, or in Excel Save As, CSV UTF-8"
    return Unreadable(file, row, f"{what}, perhaps Windows-1252", how)


def _row(content: bytes, place: int) -> int:
    before = content[:place].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1


def _separator(file: str, line: str, known: frozenset[str]) -> str:
    present = [one for one in SEPARATORS if one in line]
    if len(present) < 2:
        return present[0] if present else ","
    hits = {one: len(known.intersection(map(str.strip, line.split(one)))) for one in present}
    parting = [one for one in present if hits[one]]
    if len(parting) > 1:
        kinds = " and ".join(SEPARATORS[one] for one in parting)
        raise Unreadable(file, 1, f"separated by {kinds}", "one kind of separator", cut(line))
    return parting[0] if parting else present[0]


def _header(file: str, line: str, separator: str) -> tuple[str, ...]:
    if line.count(separator) >= MAX_COLUMNS:
        found = f"{line.count(separator) + 1} columns"
        raise Unreadable(file, 1, "too many columns", f"at most {MAX_COLUMNS}", found)
    try:
        rows = list(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error:
        allowed = "names of columns on one line"
        raise Unreadable(file, 1, "a quotation mark in the header is never closed", allowed) from None
    return tuple(name.strip() for name in (rows[0] if rows else [""]))


def _breaks(content: bytes) -> Codes:
    return np.flatnonzero(np.frombuffer(content, dtype=np.uint8) == ord("\n"))


def _lengths(content: bytes) -> Codes:
    """The bytes of each line; the last one may be empty."""
    return np.diff(np.append(_breaks(content), len(content)), prepend=-1) - 1


def _check_lengths(file: str, content: bytes) -> None:
    """Refuses a line out of all proportion; such a line covers a whole stretch of half its least length."""
    stretch = MAX_LINE // 2
    starts = range(0, len(content) - stretch + 1, stretch)
    if all(content.find(b"\n", start, start + stretch) >= 0 for start in starts):
        return
    lengths = _lengths(content)
    if lengths.max() > MAX_LINE:
        row = int(np.argmax(lengths > MAX_LINE)) + 1
        found = f"{int(lengths[row - 1])} bytes"
        raise Unreadable(file, row, "the line is too long", f"lines of at most {MAX_LINE} bytes", found)


def _plainly_quoted(content: bytes, separator: str) -> bool:
    """Whether quotation marks enclose whole fields and no line break, so that each line is a record.

    Counted from the first, the even marks open: they stand after a separator, at the start of a line or, doubled,
    after a closing one; the odd marks close.
    """
    signs = np.frombuffer(content, dtype=np.uint8)
    marks = np.flatnonzero(signs == ord('"'))
    if len(marks) % 2 or (np.searchsorted(marks, _breaks(content)) % 2).any():
        return False
    edges = np.array([ord('"'), ord("\n"), ord(separator)], dtype=np.uint8)
    opening, closing = marks[::2], marks[1::2]
    before = signs[opening[opening > 0] - 1]
    after = signs[closing[closing < len(signs) - 1] + 1]
    return bool(np.isin(before, edges).all() and np.isin(after, edges).all())


def _by_arrow(content: bytes, names: tuple[str, ...], separator: str, quoted: bool) -> Read | None:
    """The table, if every line is empty or has one field a column."""
    import pyarrow as pa
    import pyarrow.csv as arrow

    own = [str(place) for place in range(len(names))]
    texts = pa.dictionary(pa.int32(), pa.string())
    try:
        table = arrow.read_csv(
            pa.BufferReader(content),
            read_options=arrow.ReadOptions(column_names=own, skip_rows=1, block_size=1 << 22),
            parse_options=arrow.ParseOptions(delimiter=separator, quote_char='"' if quoted else False),
            convert_options=arrow.ConvertOptions(
                column_types=dict.fromkeys(own, texts), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows > MAX_ROWS:
        return None
    if content.count(b"\n") - content.endswith(b"\n") == table.num_rows:
        lines = np.arange(2, table.num_rows + 2)
    else:
        lines = np.flatnonzero(_lengths(content)[1:] > 0) + 2
        if len(lines) != table.num_rows:
            return None
    columns = tuple(Coded.of(column) for column in table.columns)
    return Read(names, columns, lines, point=separator == ",")


def _by_record(file: str, text: str, names: tuple[str, ...], separator: str) -> Read:
    import pyarrow as pa

    problems: list[Problem] = []
    left_out: set[str] = set()
    records = _records(file, text, separator, names, problems, left_out)
    parts: list[list[pa.Array]] = [[] for _ in names]
    lines: list[int] = []
    while chunk := list(islice(records, _CHUNK)):
        lines += [line for line, _ in chunk]
        if len(lines) > MAX_ROWS:
            raise Unreadable(file, lines[-1], "too many rows", f"at most {MAX_ROWS}")
        for part, values in zip(parts, zip(*(fields for _, fields in chunk), strict=True), strict=True):
            part.append(pa.array(values, pa.string()).dictionary_encode())
    empty = pa.array([], pa.string()).dictionary_encode()
    columns = tuple(Coded.of(pa.chunked_array(part or [empty])) for part in parts)
    rows = np.array(lines, dtype=np.int64)
    return Read(names, columns, rows, problems, separator == ",", frozenset(left_out))


def _records(
    file: str,
    text: str,
    separator: str,
    names: tuple[str, ...],
    problems: list[Problem],
    left_out: set[str],
) -> Iterator[tuple[int, list[str]]]:
    """Line and fields of each record; of the others, what is wrong goes to `problems`, the patient to `left_out`."""
    width = len(names)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 0
    while True:
        start, line = line + 1, 0
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(_quoting(file, start, str(error)))
            rest = text.split("\n")[start - 1 :]
            left_out.update(patient_in(names, one.split(separator)) for one in rest)
            return
        line = reader.line_num
        if start == 1:
            continue
        if len(fields) != width:
            if not any(one.strip() for one in fields):
                continue
            left_out.add(patient_in(names, fields))
            more = "more" if len(fields) > width else "fewer"
            problems.append(
                Problem(
                    file, start, "", f"{len(fields)} fields", f"{more} fields than columns", f"{width} fields"
                )
            )
        else:
            yield start, fields


def _quoting(file: str, row: int, fault: str) -> Problem:
    if "unexpected end" in fault:
        return Problem(file, row, "", "", "a quotation mark is never closed", "quotation marks in pairs")
    if "field limit" in fault:
        limit = csv.field_size_limit()
        what = "a quotation mark is never closed, or a field is too long"
        return Problem(file, row, "", "", what, f"at most {limit} characters")
    return Problem(
        file,
        row,
        "",
        "",
        "text after a closing quotation mark",
        'quotation marks in a text written twice: ""',
    )
