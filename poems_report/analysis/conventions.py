"""Numbers of the analysis that are no choice of a study; their reasons stand in `conventions.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

with Path(__file__).with_name("conventions.toml").open("rb") as _handle:
    CONVENTIONS: dict[str, Any] = tomllib.load(_handle)
