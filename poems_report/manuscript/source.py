"""The manuscript's text: includes put together, then split into text, shown code and cells.

Every line keeps the file and the number it came from, so that whatever goes wrong later can name its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from poems_report.errors import RenderError
from poems_report.manuscript.config import parse_yaml

_INCLUDE = re.compile(r"^(\s*)\{\{<\s*include\s+(\S+)\s*>\}\}\s*$")
_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$")
_CELL = re.compile(r"^\{([A-Za-z]\w*)\s*(.*)\}$")
_OPTION = re.compile(r"^#\|\s?(.*)$")
_DIV = re.compile(r"^\s*:{3,}\s*(.+?)\s*:*\s*$")

CELL_OPTIONS = frozenset({
    "code-fold", "code-summary", "echo", "error", "eval", "fig-align", "fig-alt", "fig-cap", "fig-height",
    "fig-subcap", "fig-width", "include", "label", "layout-ncol", "message", "output", "tbl-cap", "tbl-colwidths",
    "tbl-subcap", "warning",
})  # fmt: skip
_KNOWN_CLASSES = re.compile(
    r"callout-(note|tip|warning|important|caution)|panel-tabset|content-(visible|hidden)|appendix"
)
_QUARTO_CLASSES = re.compile(
    r"callout|panel-|column|aside$|content-|grid$|g-col|incremental|nonincremental|fragment|notes$|cell|"
    r"proof|remark|solution|code-fold|sidebar|margin-|video|hidden$|list-table"
)
_INLINE_CLASSES = re.compile(r"aside$|column-|margin-|hidden$")
_QUARTO_IDS = re.compile(r"(lst|rem|sol|vid|alg|dia|ass)-")
_QUARTO_ATTRIBUTES = re.compile(
    r"\b(layout|layout-nrow|layout-align|layout-valign|when-profile|unless-profile|"
    r"fig-pos|fig-env|fig-link|fig-scap|tbl-pos|group|filename|code-line-numbers|lst-cap|shortcodes)\s*="
)
_CONDITION = re.compile(r"""\b(?:when|unless)-format\s*=\s*["']?([^"'\s}]+)""")
_FORMATS = frozenset({
    "asciidoc", "beamer", "docx", "epub", "gfm", "html", "jats", "latex", "markdown", "odt", "pdf", "pptx",
    "revealjs", "typst",
})  # fmt: skip
_ANNOTATED = re.compile(r"(?:#|//|--|%)\s*<\d+>\s*$")


@dataclass(frozen=True)
class Line:
    """One line of the source, and where it stands."""

    text: str
    file: str
    number: int

    def error(self, message: str) -> RenderError:
        """An error that names this line."""
        return RenderError(message, self.file, self.number)


@dataclass(frozen=True)
class Block:
    """Consecutive lines of one kind: text, or code that is only shown."""

    kind: Literal["text", "shown"]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Cell:
    """A code cell: its options, the lines of its code, and the line that opens it."""

    options: dict[str, Any]
    option_lines: tuple[Line, ...]
    code: tuple[Line, ...]
    opening: Line

    def option_error(self, key: str, message: str) -> RenderError:
        """An error that names the line of an option."""
        stated = (line for line in self.option_lines if re.match(rf"#\|\s*{re.escape(key)}\s*:", line.text))
        return next(stated, self.opening).error(message)


@dataclass(frozen=True)
class Document:
    """A manuscript with its includes: front matter, parts in order, all lines."""

    front_matter: dict[str, Any]
    parts: tuple[Block | Cell, ...]
    lines: tuple[Line, ...]

    def locate(self, *patterns: str, occurrence: int = 1) -> tuple[str, int]:
        """File and line of the n-th match of the first pattern that matches; ("", 0) if none does."""
        for pattern in patterns:
            found = [line for line in self.lines if re.search(pattern, line.text)]
            if len(found) >= occurrence:
                return found[occurrence - 1].file, found[occurrence - 1].number
        return "", 0


def read_document(root: Path, main: str) -> Document:
    """Read a manuscript and all it includes.

    Args:
        root: the project's folder.
        main: the main document, relative to `root`.

    Raises:
        RenderError: a file is missing, includes itself, is no UTF-8, has front matter in a chapter, or holds a
            construct that only Quarto knows; with file and line.
    """
    own = _read(root, main, None)
    front, body = _front_matter(own)
    lines = tuple(_expand(root, body, (main,)))
    return Document(front, tuple(_split(lines)), (*own[: len(own) - len(body)], *lines))


def _read(root: Path, name: str, where: Line | None) -> list[Line]:
    try:
        text = (root / name).read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        if where is None:
            raise RenderError("the manuscript does not exist", name) from None
        raise where.error(f"the included file {name!r} does not exist") from None
    except UnicodeDecodeError as error:
        raise RenderError(f"not UTF-8 at byte {error.start}", name) from None
    return [Line(text, name, number) for number, text in enumerate(text.splitlines(), 1)]


def _front_matter(lines: Sequence[Line]) -> tuple[dict[str, Any], list[Line]]:
    if not lines or lines[0].text.rstrip() != "---":
        return {}, list(lines)
    for n, line in enumerate(lines[1:], 1):
        if line.text.rstrip() in ("---", "..."):
            text = "".join(f"{row.text}\n" for row in lines[1:n])
            return parse_yaml(text, line.file, first_line=2), list(lines[n + 1 :])
    raise lines[0].error("the front matter has no end")


def _expand(root: Path, lines: Sequence[Line], stack: tuple[str, ...]) -> Iterator[Line]:
    """Put included files in place. A leading slash counts from the project, else from the main document."""
    fence = ""
    for line in lines:
        fence = _fence_after(fence, line.text)
        found = _INCLUDE.match(line.text)
        if not found or fence:
            yield line
            continue
        if found[1]:
            raise line.error(
                "an include must begin at the left margin: it is no part of a list or a block quote"
            )
        stated = found[2].strip("\"'")
        name = stated[1:] if stated.startswith("/") else (Path(stack[0]).parent / stated).as_posix()
        if name in stack:
            raise line.error("circular include: " + " -> ".join((*stack[stack.index(name) :], name)))
        inner = _read(root, name, line)
        if inner and inner[0].text.rstrip() == "---":
            raise inner[0].error("an included file cannot have front matter of its own")
        yield from _expand(root, inner, (*stack, name))
        yield Line("", line.file, line.number)
    return


def _fence_after(fence: str, text: str) -> str:
    """The open fence after a line: the same, a new one, or none."""
    found = _FENCE.match(text)
    if not found:
        return fence
    if not fence:
        return found[2] if "`" not in found[3] else ""
    closes = found[2].startswith(fence) and not found[3]
    return "" if closes else fence


def _split(lines: Sequence[Line]) -> Iterator[Block | Cell]:
    text: list[Line] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        fence = _fence_after("", line.text)
        if not fence:
            text.append(_known(line))
            at += 1
            continue
        end, still = at + 1, fence
        while end < len(lines) and (still := _fence_after(still, lines[end].text)):
            end += 1
        if end == len(lines):
            raise line.error("this code block has no end")
        if text:
            yield Block("text", tuple(text))
            text = []
        info = _FENCE.match(line.text)[3]  # type: ignore[index]
        cell = _CELL.match(info)
        annotated = next((one for one in lines[at + 1 : end] if info and _ANNOTATED.search(one.text)), None)
        if annotated:
            raise annotated.error("annotations of code are not supported")
        if cell:
            yield _cell(cell, line, lines[at + 1 : end])
        elif info.startswith("{{"):
            raise line.error(
                "cells that are shown and not run are not supported: use 'echo: true, eval: false'"
            )
        else:
            yield Block("shown", (_known(line), *lines[at + 1 : end + 1]))
        at = end + 1
    if text:
        yield Block("text", tuple(text))


def _cell(found: re.Match[str], opening: Line, body: Sequence[Line]) -> Cell:
    if not opening.text.startswith(("`", "~")):
        raise opening.error("a code cell must begin at the left margin")
    if found[1] != "python":
        raise opening.error(f"code cells in {found[1]!r} are not supported, only in Python")
    if found[2]:
        raise opening.error("options of a cell stand in lines that begin with '#|'")
    count = next((n for n, line in enumerate(body) if not _OPTION.match(line.text)), len(body))
    stated = tuple(body[:count])
    text = "\n".join(_OPTION.sub(r"\1", line.text) for line in stated)
    options = parse_yaml(text, opening.file, first_line=opening.number + 1)
    cell = Cell(options, stated, tuple(body[count:]), opening)
    for key in options:
        if key not in CELL_OPTIONS:
            raise cell.option_error(key, f"unknown cell option {key!r}")
    for line in cell.code:
        if re.search(r"\{\{<.*>\}\}", line.text):
            raise line.error("a shortcode inside a code cell is not supported")
    return cell


def _known(line: Line) -> Line:
    """Refuse what Quarto would act on and this engine does not know."""
    opening = _DIV.match(line.text)
    attributes = opening[1] if opening else " ".join(re.findall(r"\{[^{}]*\}", line.text))
    if not attributes:
        return line
    for name in _QUARTO_ATTRIBUTES.findall(re.sub(r'"[^"]*"', '""', attributes)):
        raise line.error(f"the attribute {name!r} is not supported")
    named = re.findall(r"\.([\w-]+)", re.sub(r'"[^"]*"', "", attributes))
    if opening and re.fullmatch(r"[\w-]+", attributes):
        named = [attributes]
    for name in named:
        if (_QUARTO_CLASSES if opening else _INLINE_CLASSES).match(name) and not _KNOWN_CLASSES.fullmatch(
            name
        ):
            raise line.error(f"the {'block ' if opening else ''}class {name!r} is not supported")
    for name in _CONDITION.findall(attributes):
        if name not in _FORMATS:
            raise line.error(f"the condition on the format {name!r} is not supported")
    for ident in re.findall(r"#([\w-]+)", attributes):
        if _QUARTO_IDS.match(ident):
            raise line.error(f"labels like {ident!r} are not supported")
    return line
