"""How many words the abstract and the main text have, each computed value counted as it is printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from poems_report.manuscript.kernel_side import inline
from poems_report.manuscript.source import Block, Document

MAIN = ("sec-introduction", "sec-methods", "sec-results", "sec-discussion", "sec-conclusions")
_INLINE = re.compile(r"(?<!`)`\{python\}\s+([^`\n]+)`(?!`)")
_HEADING = re.compile(r"#\s.*?(?:\{#([\w-]+)[^}]*\})?\s*$")
_NO_PROSE = re.compile(r"\s*(?:#+\s|:{3,}|\||\{\{<|: .*\{#tbl-)")
_CITATION = re.compile(r"\[[^\[\]]*@(?!(?:sec|fig|tbl|eq)-)[^\[\]]*\]")
_REFERENCE = re.compile(r"-?@(?:sec|fig|tbl|eq)-[\w-]+")
_ATTRIBUTES = re.compile(r"\{[#.][^{}]*\}")


def inline_code(document: Document) -> tuple[str, ...]:
    """The inline expressions of the main text, each once, in order of the alphabet."""
    return tuple(sorted({found.strip() for line in _main(document) for found in _INLINE.findall(line)}))


def evaluated(expressions: tuple[str, ...], names: Mapping[str, object]) -> dict[str, str]:
    """What inline expressions print; one that fails prints one word, since the engine tells where it stands."""
    out = {}
    for expression in expressions:
        try:
            out[expression] = inline(eval(expression, dict(names)))  # noqa: S307 (the chapters' own code, as in the kernel)
        except Exception:
            out[expression] = "?"
    return out


def main_words(document: Document, values: Mapping[str, str]) -> int:
    """Words of the main text: paragraphs and lists, without headings, captions, tables and citations.

    Args:
        document: the manuscript.
        values: what each inline expression prints.
    """
    return sum(_words(_INLINE.sub(lambda found: values[found[1].strip()], line)) for line in _main(document))


def abstract_words(document: Document, fill: Callable[[str], str]) -> int:
    """Words of the abstract.

    Args:
        document: the manuscript.
        fill: puts in what shortcodes stand for.
    """
    return _words(fill(str(document.front_matter.get("abstract", ""))))


def _main(document: Document) -> Iterator[str]:
    section = ""
    for part in document.parts:
        if not isinstance(part, Block) or part.kind != "text":
            continue
        for line in part.lines:
            heading = _HEADING.match(line.text)
            if heading:
                section = heading[1] or ""
            elif section in MAIN and not _NO_PROSE.match(line.text):
                yield line.text


def _words(text: str) -> int:
    plain = _REFERENCE.sub("Section 0", _ATTRIBUTES.sub("", _CITATION.sub("", text)))
    return sum(any(character.isalnum() for character in word) for word in plain.split())
