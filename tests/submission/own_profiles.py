"""Profiles of a user's own, as text."""

from __future__ import annotations


def headed(rules: str, name: str = "own", title: str = "Our journal") -> str:
    """A profile of these rules, all from one page that was read."""
    return f"""\
name = "{name}"
title = "{title}"

[sources.page]
where = "our page"
scope = "us"
phase = "final"
verified = "yes"

{rules}"""


SHORT = headed("""[width]
single = { mm = 80, source = "page" }
""")
LONG = headed("""[width]
single = { mm = 110, source = "page" }
[height]
most = { mm = 60, source = "page" }
[dpi]
line_art = { least = 150, source = "page" }
[formats]
vector = { accepted = ["pdf", "eps", "svg"], source = "page" }
raster = { accepted = ["tiff", "jpeg", "png"], source = "page" }
office = { accepted = ["pptx"], source = "page" }
[fonts]
accepted = { accepted = ["Arial"], source = "page" }
[sizes]
text = { least = 5, most = 7, source = "page" }
lines = { most = 1.0, source = "page" }
[files]
name = { value = "Fig_{number}", source = "page" }
labelled_and_unlabelled = { value = true, source = "page" }
max_bytes = { value = 1000, source = "page" }
""")
