"""The colour profile inside a raster, and the colours that it means."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST = 20_000_000
"""Bytes of a profile that is read."""


@dataclass(frozen=True)
class Embedded:
    """A profile that could be read.

    Attributes:
        space: its colour space, `RGB`, `GRAY`, `CMYK`.
        opened: as Pillow's `ImageCms` has it.
    """

    space: str
    opened: Any


def embedded_profile(picture: Image) -> Embedded | None:
    """The profile of a picture; None where there is none or it is damaged."""
    from PIL import ImageCms

    content = picture.info.get("icc_profile")
    if not isinstance(content, bytes) or not 0 < len(content) <= LARGEST:
        return None
    try:
        opened: Any = ImageCms.getOpenProfile(BytesIO(content))
    except (OSError, ImageCms.PyCMSError):
        return None
    return Embedded(opened.profile.xcolor_space.strip(), opened)


def as_seen(picture: Image, profile: Embedded | None) -> Image:
    """A CMYK picture as its own profile says that it looks; any other as it is."""
    from PIL import ImageCms

    if picture.mode != "CMYK" or profile is None or profile.space != "CMYK":
        return picture
    try:
        seen = ImageCms.profileToProfile(
            picture,
            profile.opened,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except ImageCms.PyCMSError:
        return picture
    return picture if seen is None else seen
