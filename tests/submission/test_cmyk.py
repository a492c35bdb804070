"""Pictures in CMYK: the profile inside, colours as another program reads them back, what is refused."""

from __future__ import annotations

import json
import struct
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image, ImageCms

from poems_report import theme
from poems_report.cli import main
from poems_report.errors import ProfileError, UsageError
from poems_report.figures import figure_or_reason
from poems_report.submission.checking.check import check_files
from poems_report.submission.checking.verdict import FAIL, PASS
from poems_report.submission.cmyk import OWN, press_profile, separated
from poems_report.submission.journal_export import export_for_journal
from poems_report.submission.plan import Plan
from poems_report.submission.profiles import profile, read_profile
from tests.submission.own_profiles import headed

PRINT = headed(
    """[width]
single = { mm = 100, source = "page" }
[dpi]
line_art = { least = 300, source = "page" }
[formats]
raster = { accepted = ["tiff", "jpeg"], source = "page" }
compression = { value = "lzw", source = "page" }
[colour]
modes = { accepted = ["cmyk"], source = "page" }
""",
    "print",
    "A printed journal",
)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    path = tmp_path_factory.mktemp("profile") / "print.toml"
    path.write_text(PRINT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def written(study, results, printed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("inks")
    plan = Plan(read_profile(printed), mode="cmyk", icc=press_profile())

    def make(name: str, width: float):
        return figure_or_reason(name, study, results, width)

    return folder, export_for_journal(("day_after",), make, plan, folder)


@pytest.mark.parametrize("name", ["Figure1.tif", "Figure1.jpg"])
def test_files_are_flat_cmyk_with_the_profile_inside(name: str, written) -> None:
    folder, export = written
    with Image.open(folder / name) as picture:
        assert picture.mode == "CMYK"
        assert picture.info["icc_profile"] == OWN.read_bytes()
        assert [round(side) for side in picture.info["dpi"]] == [300, 300]
        assert picture.width / 300 * 25.4 == pytest.approx(100, abs=0.5)
        assert picture.getpixel((1, 1)) == (0, 0, 0, 0)
    if name.endswith("tif"):
        assert picture.info["compression"] == "tiff_lzw"
    assert {one.mode for one in export.files} == {"CMYK"}
    assert any("CMYK of TIFF and JPEG by the profile" in note for note in export.notes)


def test_the_checker_takes_them_and_sees_their_colours(written, printed) -> None:
    folder, _ = written
    for one in check_files([folder / "Figure1.tif", folder / "Figure1.jpg"], read_profile(printed)):
        assert not one.of(FAIL)
        assert {"icc", "mode", "distance_protanopia"} <= {finding.rule for finding in one.of(PASS)}


def test_the_checker_misses_the_profile(written, printed, tmp_path: Path) -> None:
    folder, _ = written
    with Image.open(folder / "Figure1.tif") as picture:
        bare = picture.copy()
    bare.info.pop("icc_profile", None)
    bare.save(tmp_path / "Figure1.tif", compression="tiff_lzw", dpi=(300, 300), icc_profile=None)
    [one] = check_files([tmp_path / "Figure1.tif"], read_profile(printed))
    assert [finding.rule for finding in one.of(FAIL)] == ["icc"]


def test_colours_come_back_from_the_inks() -> None:
    """The way back is the table of the published profile, which the way there was computed from."""
    named = [
        *(stroke.colour for stroke in theme.STROKES),
        theme.INK,
        theme.QUIET,
        theme.PAPER,
        theme.HAIRLINE,
    ]
    flat = Image.new("RGB", (len(named), 1))
    for place, name in enumerate(named):
        flat.putpixel((place, 0), tuple(bytes.fromhex(name[1:])))
    inked = separated(flat, press_profile())
    back = ImageCms.profileToProfile(
        inked,
        ImageCms.getOpenProfile(BytesIO(OWN.read_bytes())),
        ImageCms.createProfile("LAB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="LAB",
    )
    wanted = ImageCms.profileToProfile(
        flat, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    for place, name in enumerate(named):
        inks = inked.getpixel((place, 0))
        assert sum(inks) / 255 <= 3.0, name
        one, other = (_signed(picture.getpixel((place, 0))) for picture in (back, wanted))
        assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 < 5, name
    assert inked.getpixel((named.index(theme.PAPER), 0)) == (0, 0, 0, 0)


def _signed(pixel) -> tuple[float, float, float]:
    light, green_red, blue_yellow = pixel
    return light / 2.55, *((part + 128) % 256 - 128 for part in (green_red, blue_yellow))


def test_the_own_profile_is_an_output_profile_with_both_ways() -> None:
    content = OWN.read_bytes()
    assert struct.unpack(">I", content[:4])[0] == len(content)
    assert (content[12:16], content[16:20], content[20:24]) == (b"prtr", b"CMYK", b"Lab ")
    (count,) = struct.unpack(">I", content[128:132])
    names = {content[132 + 12 * number : 136 + 12 * number] for number in range(count)}
    assert names == {b"desc", b"cprt", b"wtpt", b"gamt", *(b"%s2%s%d" % way for way in _ways())}
    assert (OWN.parent / "LICENSE.md").is_file()


def _ways() -> list[tuple[bytes, bytes, int]]:
    return [(one, other, number) for one, other in ((b"A", b"B"), (b"B", b"A")) for number in range(3)]


def test_what_is_no_profile_of_a_press_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"none\.icc: there is no such file"):
        press_profile(tmp_path / "none.icc")
    wrong = tmp_path / "wrong.icc"
    wrong.write_bytes(b"no profile at all")
    with pytest.raises(ProfileError, match=r"wrong\.icc: no ICC profile"):
        press_profile(wrong)
    wrong.write_bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    with pytest.raises(ProfileError, match="for RGB; an output profile"):
        press_profile(wrong)


def test_a_plan_without_inks_makes_no_cmyk() -> None:
    with pytest.raises(UsageError, match="CMYK needs the ICC profile"):
        Plan(profile("lancet"), mode="cmyk")
    with pytest.raises(UsageError, match="elsevier takes rgb, not cmyk"):
        Plan(profile("elsevier"), mode="cmyk", icc=press_profile())


def test_a_journal_that_takes_cmyk_alone_gets_it_unasked(root: Path, printed: Path, tmp_path: Path) -> None:
    command = ["figures", str(root / "data"), "-o", str(tmp_path / "art"), "--journal", str(printed)]
    done = CliRunner().invoke(main, [*command, "--composite", "pair=agreement,day_after"])
    assert done.exit_code == 0, done.output
    record = json.loads((tmp_path / "art" / "export.json").read_text(encoding="utf-8"))
    assert {one["mode"] for one in record["files"].values()} == {"CMYK"}
    wrong = CliRunner().invoke(main, [*command, "--icc", str(tmp_path / "none.icc")])
    assert wrong.exit_code == 1
    assert "an ICC profile of a CMYK press is needed" in wrong.output
    grey = ["figures", str(root / "data"), "--journal", "generic", "--icc", "x.icc"]
    refused = CliRunner().invoke(main, grey)
    assert refused.exit_code == 2
    assert "--icc is for --colour cmyk" in refused.output
