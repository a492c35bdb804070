"""Digits in prose: each is computed, cited, or marked as a constant, so that no number is typed by hand.

A constant is a bracketed span, `[day 0]{.constant}`; terms that hold a digit by their name (`log2`, or the label of a
marker) are no numbers and are listed once, in `terms.toml` and as `prose-terms` of the project.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from poems_report.manuscript.config import listed, read_project
from poems_report.manuscript.source import Block, Document, Line, read_document

_PROSE_KEYS = {"title", "subtitle", "abstract", "description"}
_CAPTIONS = {"fig-cap", "fig-subcap", "fig-alt", "tbl-cap", "tbl-subcap"}
_COMPUTED = re.compile(r"(?<!`)`\{python\}\s+([^`\n]+)`(?!`)")
_SPAN = r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]"
_ALLOWED = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"<!--.*?-->",
        r"\{\{<.*?>\}\}",
        _SPAN + r"\{[^{}]*\.constant\b[^{}]*\}",
        r"\[(?:[^\[\]]*[\s;])?-?@[A-Za-z][^\[\]]*\]",  # a group of citations, with its locators
        r"-?@(?:\w[\w:.#$%&+?<>~/-]*\w|\w)",
        r"\[\^[^\]\s]+\]:?",
        r"\]\([^()\s]*(?:\s+\"[^\"\n]*\")?\)",
        r"<https?://[^>\s]+>|https?://[^\s>)]*[^\s>).,;]",
    )
)
_ATTRIBUTES = re.compile(r"\{\s*(?:[#.]|=\w+\}|[A-Za-z][\w-]*=)[^{}\n]*\}?")
_READ_OUT = re.compile(r"\b(?:fig-alt|alt|title|fig-cap|tbl-cap)=(\"[^\"\n]*\"|'[^'\n]*')")
_FORMAT = re.compile(r"^\s*(?:`{3,}|~{3,})\s*\{=\w+\}")
_TAG = re.compile(r"<[^<>]*>")
_LIST_MARK = re.compile(r"(?:^|(?<=\n))[ >]*\d+[.)](?=\s)")
_WORD = re.compile(r"[^\s()\[\]\"“”`*|,;]+")


def typed_digits(root: Path, main: str) -> tuple[str, ...]:
    """Every digit in the prose of a project that is neither computed, cited nor marked, as `file:line: message`.

    Args:
        root: the project's folder.
        main: the main document, relative to `root`.

    Raises:
        RenderError: the document cannot be read.
    """
    settings = read_project(root).settings
    terms = (*_terms(), *(str(term) for term in listed(settings.get("prose-terms"))))
    return tuple(_faults(read_document(root, main), terms))


def _faults(document: Document, terms: Sequence[str]) -> Iterator[str]:
    named = re.compile(
        "|".join(rf"(?<![\w-]){re.escape(term)}(?!\w)" for term in sorted(terms, key=len)[::-1]), re.I
    )
    for lines in _prose(document):
        text = "\n".join(line.text for line in lines)
        text = _COMPUTED.sub(lambda found: found[0] if _literal(found[1]) else _blank(found), text)
        for allowed in (*_ALLOWED, named) if terms else _ALLOWED:
            text = allowed.sub(_blank, text)
        text = _without_list_marks(_ATTRIBUTES.sub(_only_read_out, text))
        for line, shown in zip(lines, text.split("\n"), strict=True):
            for word in _WORD.findall(shown):
                if any(character.isnumeric() for character in word):
                    yield str(line.error(_message(word)))


def _message(word: str) -> str:
    return (
        f"a number in prose that is neither computed, cited nor marked as a constant: {word.strip('.:')!r}; "
        "allowed: `{python} ...`, [...]{.constant}, or a term under prose-terms"
    )


def _prose(document: Document) -> Iterator[list[Line]]:
    """What a reader reads: texts of the front matter, text, raw pieces without their tags, captions of cells."""
    yield from _values(_front(document.lines), _PROSE_KEYS)
    for part in document.parts:
        if not isinstance(part, Block):
            bare = [Line(re.sub(r"^#\|\s?", "", x.text), x.file, x.number) for x in part.option_lines]
            yield from _values(bare, _CAPTIONS)
        elif part.kind == "text":
            yield list(part.lines)
        elif _FORMAT.match(part.lines[0].text):
            yield [Line(_TAG.sub(" ", x.text), x.file, x.number) for x in part.lines[1:-1]]


def _front(lines: Sequence[Line]) -> Sequence[Line]:
    if not lines or lines[0].text.rstrip() != "---":
        return ()
    end = next((n for n, line in enumerate(lines) if n and line.text.rstrip() in ("---", "...")), 0)
    return lines[1:end]


def _values(lines: Iterable[Line], keys: set[str]) -> Iterator[list[Line]]:
    """The lines of those top-level keys of a YAML text, without the keys."""
    found: list[Line] = []
    inside = False
    for line in lines:
        key = re.match(r"([\w-]+)\s*:", line.text)
        inside = key[1] in keys if key else inside
        if inside:
            text = line.text[key.end() :] if key else line.text
            found.append(Line(text, line.file, line.number))
    if found:
        yield found


def _literal(expression: str) -> bool:
    """Whether a digit of an inline expression is written by hand, not within the arguments of a method."""
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except SyntaxError:
        return False
    return any(any(c.isnumeric() for c in str(one.value)) for one in _constants(tree.body))


def _constants(node: ast.AST) -> Iterator[ast.Constant]:
    if isinstance(node, ast.Constant):
        yield node
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from _constants(node.func)
    elif isinstance(node, ast.FormattedValue):
        yield from _constants(node.value)
    elif not isinstance(node, ast.Subscript):
        for child in ast.iter_child_nodes(node):
            yield from _constants(child)


def _without_list_marks(text: str) -> str:
    """The text without the numbers of lists: a mark follows an empty line, a heading or another item."""
    lines = text.split("\n")
    free = True
    for n, line in enumerate(lines):
        marked = _LIST_MARK.match(line) if free else None
        if marked:
            lines[n] = " " * marked.end() + line[marked.end() :]
        else:
            free = not line.strip() or line.startswith("#") or (free and line.startswith(" "))
    return "\n".join(lines)


def _only_read_out(found: re.Match[str]) -> str:
    """Attributes blanked, but for the values that a reader or a screen reader meets."""
    kept = [" " * len(found[0])]
    for one in _READ_OUT.finditer(found[0]):
        before = kept[0][: one.start(1)]
        kept[0] = before + one[1] + kept[0][one.end(1) :]
    return kept[0]


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


@cache
def _terms() -> tuple[str, ...]:
    with Path(__file__).with_name("terms.toml").open("rb") as handle:
        return tuple(tomllib.load(handle)["terms"])
