"""Pictures in the inks of a press: by an ICC profile, which goes into the file, never by a formula."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from poems_report.errors import ProfileError

OWN = Path(__file__).with_name("inks") / "cgats001.icc"
"""SWOP press on coated paper, CGATS TR 001; see `inks/LICENSE.md`."""
MAX_BYTES = 20_000_000


def press_profile(path: Path = OWN) -> bytes:
    """The ICC profile of a press.

    Raises:
        ProfileError: no file, larger than 20 MB, no ICC profile, or none that turns colours into CMYK.
    """
    from PIL import ImageCms

    if not path.is_file():
        raise ProfileError(f"{path}: there is no such file; an ICC profile of a CMYK press is needed")
    if path.stat().st_size > MAX_BYTES:
        raise ProfileError(f"{path}: larger than {MAX_BYTES} bytes; no ICC profile of a press")
    content = path.read_bytes()
    try:
        found: Any = ImageCms.getOpenProfile(BytesIO(content)).profile
    except (OSError, ImageCms.PyCMSError):
        raise ProfileError(f"{path}: no ICC profile") from None
    kind, space = found.device_class.strip(), found.xcolor_space.strip()
    if kind != "prtr" or space != "CMYK":
        raise ProfileError(
            f"{path}: class {kind!r} for {space}; an output profile ('prtr') for CMYK is needed"
        )
    try:
        _transform(content)
    except ImageCms.PyCMSError:
        raise ProfileError(f"{path}: holds no table from colours to inks") from None
    return content


def description(icc: bytes) -> str:
    """What a profile calls itself."""
    from PIL import ImageCms

    return ImageCms.getProfileDescription(ImageCms.getOpenProfile(BytesIO(icc))).strip()


def separated(flat: Any, icc: bytes) -> Any:
    """A picture of sRGB as one of CMYK, relative to the paper's white, black to black.

    Args:
        flat: a `PIL.Image.Image` in RGB without transparency.
        icc: as `press_profile` gives it.
    """
    from PIL import ImageCms

    return ImageCms.applyTransform(flat, _transform(icc))


@cache
def _transform(icc: bytes) -> Any:
    from PIL import ImageCms

    return ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"),
        ImageCms.getOpenProfile(BytesIO(icc)),
        "RGB",
        "CMYK",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
