"""Formulas in the PDF: what pandoc cannot write as text becomes a drawing, with its TeX as alternative text.

WeasyPrint knows no MathML. Pandoc writes simple formulas as text with italics, sub- and superscripts; fractions,
roots and sums it leaves as TeX, and matplotlib's mathtext draws those.
"""

from __future__ import annotations

import base64
import html
import re
from io import BytesIO

from poems_report.errors import RenderError

_LEFT_AS_TEX = re.compile(r'<span\s+class="math (inline|display)">(\${1,2})(.+?)\2</span>', re.DOTALL)
_SIZE = 10.0
_STYLE = {"inline": "", "display": ' style="display: block; text-align: center"'}


def draw_formulas(page: str) -> str:
    """The page with every formula that pandoc left as TeX replaced by an image.

    Raises:
        RenderError: mathtext does not know the formula either.
    """
    return _LEFT_AS_TEX.sub(lambda found: _image(found[1], " ".join(html.unescape(found[3]).split())), page)


def _image(place: str, tex: str) -> str:
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser

    font = FontProperties(size=_SIZE)
    try:
        width, height, depth, *_ = MathTextParser("path").parse(f"${tex}$", dpi=72, prop=font)
    except ValueError:
        raise RenderError(f"the PDF cannot show this formula: {tex}") from None
    out = BytesIO()
    with mpl.rc_context({"svg.hashsalt": "poems-report", "svg.fonttype": "path"}):
        figure = Figure(figsize=(width / 72, height / 72))
        figure.text(0, depth / height, f"${tex}$", fontproperties=font)
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    data = base64.b64encode(out.getvalue()).decode()
    style = f"height: {height / _SIZE:.3f}em; vertical-align: {-depth / _SIZE:.3f}em"
    image = f'<img alt="{html.escape(tex)}" style="{style}" src="data:image/svg+xml;base64,{data}">'
    return f'<span class="math {place}"{_STYLE[place]}>{image}</span>'
