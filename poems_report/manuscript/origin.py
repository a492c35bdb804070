"""Where a number in the text comes from: HTML carries it along, every other format shows the number alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from poems_report import formats
from poems_report.labels import labels
from poems_report.manuscript.kernel_side import escaped
from poems_report.manuscript.roles import key_of, result_of

if TYPE_CHECKING:
    from poems_report.analysis import Result, Results
    from poems_report.study import Study


class _Teller(Protocol):
    """What tells of a study's results by their keys."""

    @property
    def study(self) -> Study: ...
    @property
    def results(self) -> Results: ...


_By = TypeVar("_By", bound=_Teller)
_Told = ParamSpec("_Told")


class Quoted(str):
    """A finished text that knows its result; as Markdown, a span whose attributes say where it comes from.

    `templates/report/results.lua` takes the span off again in every format but HTML.

    Attributes:
        origin: what a reader is told, by the name of the attribute without `data-`, in order.
    """

    origin: dict[str, str]

    def __new__(cls, text: str, origin: dict[str, str]) -> Quoted:
        """A text with its origin."""
        made = super().__new__(cls, text)
        made.origin = origin
        return made

    def _repr_markdown_(self) -> str:
        """The text as a notebook's sentence takes it."""
        told = " ".join(f'data-{name}="{escaped(value)}"' for name, value in self.origin.items())
        return f"[{escaped(self)}]{{.result {told}}}"


def markdown(text: str) -> str:
    """A text for `_variables.yml`: with its origin where it has one, else as it is."""
    return text._repr_markdown_() if isinstance(text, Quoted) else text


def origin_of(key: str, one: Result) -> dict[str, str]:
    """What a reader is told of a result: key, n, interval, p with floor, method, notes; absent parts are left out."""
    from poems_report.wording import p_text

    words = labels()
    told = {"key": key, "n": "", "interval": "", "p": "", "method": one.method, "note": ""}
    if one.n is not None:
        told["n"] = words.text("origin.n", n=formats.count(one.n))
        if one.observations is not None:
            told["n"] += f", {words.text('origin.observations', n=formats.count(one.observations))}"
    if one.ci_low is not None and one.ci_high is not None:
        ends = formats.interval(one.ci_low, one.ci_high, 0 if one.ci_high >= 100 else 2)
        told["interval"] = words.text("origin.interval", level=formats.level(one.level or 0.95), ends=ends)
    if one.p is not None:
        told["p"] = p_text(one, words)
    notes = [one.reason, one.note, words["origin.exploratory"] if one.exploratory else ""]
    notes += [words[f"caution.{caution}"].rstrip(".") for caution in one.cautions]
    told["note"] = "; ".join(note for note in notes if note)
    return {name: text for name, text in told.items() if text}


def traced(
    method: Callable[Concatenate[_By, str, _Told], str],
) -> Callable[Concatenate[_By, str, _Told], Quoted]:
    """A method that tells of a result by its key, returning a text that knows its origin."""

    @wraps(method)
    def told(teller: _By, key: str, /, *args: _Told.args, **kwargs: _Told.kwargs) -> Quoted:
        text = method(teller, key, *args, **kwargs)
        found = result_of(teller.study, teller.results, key)
        return Quoted(text, origin_of(key_of(teller.study, key) or key, found))

    return told
