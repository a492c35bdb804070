"""One study of VEGF and IL-6 in POEMS syndrome in; manuscript, patient summaries and figures out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from poems_report.analysis import Results, analyse
    from poems_report.study import Study, load_study

__all__ = ["Results", "Study", "analyse", "load_study"]

_HOMES = {"load_study": "study", "Study": "study", "analyse": "analysis", "Results": "analysis"}


def __getattr__(name: str) -> Any:
    """Load the public names where they are first used, so that the import stays cheap."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
