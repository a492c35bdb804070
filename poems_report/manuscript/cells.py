"""What a cell leaves in the text: its code, what it printed, its figures and tables, as Markdown."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poems_report.errors import RenderError
from poems_report.manuscript.config import FIGURES, listed
from poems_report.manuscript.kernel import Failure, Kernel, Output
from poems_report.manuscript.kernel_side import LIVE_SVG, PNG, SVG
from poems_report.manuscript.source import Cell, Line
from poems_report.manuscript.tables import plain_tables

_BYPRODUCT = re.compile(
    r"\[?<(?:matplotlib\.|Axes|Figure size)|Text\(|<seaborn\."
)  # what plotting calls return
EXTENSIONS = {SVG: "svg", LIVE_SVG: "live.svg", PNG: "png"}


@dataclass
class CellWriter:
    """Runs cells and writes what they leave.

    Attributes:
        kernel: where the code runs.
        defaults: the document's options of cells.
        folder: figures are written to `index_files` below it.
        size: default width and height of figures, inches.
        places: line of the cell that made a figure, by the figure's path without extension.
    """

    kernel: Kernel
    defaults: Mapping[str, Any]
    folder: Path
    size: tuple[float, float]
    places: dict[str, Line] = field(default_factory=dict)
    _count: int = 0

    def write(self, cell: Cell) -> str:
        """Run a cell and return its Markdown.

        Raises:
            RenderError: the code raised, or left something that cannot be shown; with file and line.
        """
        self._count += 1
        options = {**self.defaults, **cell.options}
        outputs = self._run(cell, options) if options["eval"] else []
        if not options["include"]:
            return ""
        parts = [self._code(cell, options)] if options["echo"] else []
        if options["output"]:
            shown = [o for o in outputs if o.kind != "stderr" or options["warning"]]
            parts += self._outputs(cell, options, shown)
        return "\n\n" + "\n\n".join(part for part in parts if part) + "\n\n"

    def _run(self, cell: Cell, options: Mapping[str, Any]) -> list[Output]:
        own = "fig-width" in cell.options or "fig-height" in cell.options
        if own:
            width, height = (
                options.get("fig-width") or self.size[0],
                options.get("fig-height") or self.size[1],
            )
            self.kernel.side(f"set_size({float(width)}, {float(height)})")
        try:
            return self.kernel.run(
                "\n".join(line.text for line in cell.code), keep_errors=bool(options["error"])
            )
        except Failure as failure:
            raise _cell_error(cell, failure) from None
        finally:
            if own:
                self.kernel.side(f"set_size({self.size[0]}, {self.size[1]})")

    def _code(self, cell: Cell, options: Mapping[str, Any]) -> str:
        code = "\n".join(line.text for line in cell.code).strip("\n")
        attributes = ".python .cell-code"
        if options["echo"] == "fenced":
            stated = [line.text for line in cell.option_lines if not re.match(r"#\|\s*echo\s*:", line.text)]
            code = "\n".join(["```{python}", *stated, code, "```"])
            attributes = ".markdown .cell-code"
        if options["code-fold"]:
            fold = "show" if options["code-fold"] == "show" else "true"
            attributes += f" code-fold={fold} code-summary={quoted(str(options['code-summary']))}"
        return fenced(code, "{" + attributes + "}") if code else ""

    def _outputs(self, cell: Cell, options: Mapping[str, Any], outputs: Sequence[Output]) -> list[str]:
        label = str(options.get("label") or "")
        images = [image for output in outputs for image in [self._image(cell, output)] if image]
        if label.startswith("fig-") or (options.get("fig-cap") and images):
            if not images:
                raise cell.option_error("label", f"the cell {label!r} made no figure")
            others = [self._output(cell, options, o) for o in outputs if not _is_image(o)]
            named = label if label.startswith("fig-") else ""
            return [*others, self._figure(cell, options, named, images)]
        if options.get("tbl-cap") and not label.startswith("tbl-"):
            raise cell.option_error("tbl-cap", "a table with a caption needs a label that begins with 'tbl-'")
        if label.startswith("tbl-"):
            shown = [self._output(cell, options, o) for o in outputs]
            return [_table(cell, options, label, [text for text in shown if text])]
        alts = iter(listed(options.get("fig-alt")))
        out = []
        for output in outputs:
            if _is_image(output):
                out.append(f"![]({images.pop(0)}){{fig-alt={quoted(str(next(alts, '')))}}}")
            else:
                out.append(self._output(cell, options, output))
        return out

    def _output(self, cell: Cell, options: Mapping[str, Any], output: Output) -> str:
        text = output.data.get("text/plain", "")
        if output.kind == "stdout" and options["output"] == "asis":
            return text
        if output.kind in ("stdout", "stderr", "error"):
            return (
                _div(f".cell-output .cell-output-{output.kind}", fenced(text.rstrip("\n")))
                if text.strip()
                else ""
            )
        if "text/markdown" in output.data:
            return output.data["text/markdown"]
        if "text/html" in output.data:
            table = plain_tables(output.data["text/html"])
            if table is None:
                raise cell.opening.error(
                    "this cell shows HTML that is no table: not every format can hold it"
                )
            return _div(".cell-table", fenced(table, "{=html}"))
        if not text or _BYPRODUCT.match(text):
            if set(output.data) - {"text/plain"}:
                raise cell.opening.error(f"this cell shows {', '.join(output.data)}: not supported")
            return ""
        return _div(".cell-output .cell-output-display", fenced(text))

    def _image(self, cell: Cell, output: Output) -> str:
        """Write the forms of a figure; return its path, whose extension the filter replaces by the format's."""
        found = {form: output.data[form] for form in EXTENSIONS if form in output.data}
        if not found:
            return ""
        label = re.sub(r"[^\w-]", "-", str(cell.options.get("label") or f"cell-{self._count}"))
        number = sum(path.startswith(f"{FIGURES}/{label}-output-") for path in self.places) + 1
        path = f"{FIGURES}/{label}-output-{number}"
        self.places[path] = cell.opening
        (self.folder / FIGURES).mkdir(exist_ok=True)
        for form, data in found.items():
            content = base64.b64decode(data) if form == PNG else data.encode()
            (self.folder / f"{path}.{EXTENSIONS[form]}").write_bytes(content)
        drawn = len(found) > 1 or LIVE_SVG in found
        return f"{path}.{'figure' if drawn else EXTENSIONS[next(iter(found))]}"

    def _figure(self, cell: Cell, options: Mapping[str, Any], label: str, images: Sequence[str]) -> str:
        caption = str(options.get("fig-cap") or "")
        alts = [str(alt) for alt in listed(options.get("fig-alt"))]
        subs = [str(sub) for sub in listed(options.get("fig-subcap"))]
        if subs and len(subs) != len(images):
            raise cell.option_error("fig-subcap", f"{len(subs)} captions for {len(images)} figures")
        if len(alts) > len(images):
            raise cell.option_error("fig-alt", f"{len(alts)} alternative texts for {len(images)} figures")
        parts = []
        for n, image in enumerate(images):
            own = f"#{label}-{n + 1} " if subs and label else ""
            alt = f"fig-alt={quoted(alts[n])}" if n < len(alts) else ""
            parts.append(f"![{subs[n] if subs else ''}]({image}){{{own}{alt}}}")
        columns = f" layout-ncol={options['layout-ncol']}" if options.get("layout-ncol") else ""
        if not label:
            single = (
                f"![{caption}]({images[0]}){{fig-alt={quoted(alts[0])}}}"
                if alts
                else f"![{caption}]({images[0]})"
            )
            return single if len(images) == 1 else "\n\n".join([*parts, caption])
        return _div(f"#{label}{columns}", "\n\n".join([*parts, caption]))


def _is_image(output: Output) -> bool:
    return any(form in output.data for form in EXTENSIONS)


def _table(cell: Cell, options: Mapping[str, Any], label: str, shown: Sequence[str]) -> str:
    if not shown:
        raise cell.option_error("label", f"the cell {label!r} made no table")
    subs = [str(sub) for sub in listed(options.get("tbl-subcap"))]
    if subs and len(subs) != len(shown):
        raise cell.option_error("tbl-subcap", f"{len(subs)} captions for {len(shown)} tables")
    if subs:
        shown = [
            _div(f"#{label}-{n}", f"{text}\n\n{sub}")
            for n, (text, sub) in enumerate(zip(shown, subs, strict=True), 1)
        ]
    attributes = f"#{label}"
    if options.get("layout-ncol"):
        attributes += f" layout-ncol={options['layout-ncol']}"
    if options.get("tbl-colwidths"):
        attributes += f" tbl-colwidths={quoted(json.dumps(options['tbl-colwidths']))}"
    return _div(attributes, "\n\n".join([*shown, str(options.get("tbl-cap") or "")]))


def _cell_error(cell: Cell, failure: Failure) -> RenderError:
    at = cell.code[failure.line - 1] if 0 < failure.line <= len(cell.code) else cell.opening
    told = [line for line in failure.traceback.splitlines() if line.strip(" -")][-6:]
    return at.error("\n    ".join([f"the cell failed: {failure.summary}", *told]))


def quoted(text: str) -> str:
    """A text as the value of an attribute in Markdown."""
    return '"' + re.sub(r'([\\"])', r"\\\1", " ".join(text.split())) + '"'


def fenced(text: str, info: str = "") -> str:
    """Text between fences that are longer than any within."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence} {info}\n{text}\n{fence}" if info else f"{fence}\n{text}\n{fence}"


def _div(attributes: str, content: str) -> str:
    longest = max((len(run) for run in re.findall(r":{3,}", content)), default=2)
    fence = ":" * (longest + 1)
    return f"{fence} {{{attributes}}}\n\n{content}\n\n{fence}"
