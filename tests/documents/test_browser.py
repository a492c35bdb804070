"""The HTML report in a real browser."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "no Chromium here: `make a11y` installs one and runs these tests"
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=path, args=QUIET)
        yield running
        running.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "light"), (1440, "dark")])
def test_opens_in_silence_with_every_picture_and_every_link(browser, made, width, scheme):
    told, asked = [], []
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((made / "report" / "index.html").as_uri())
    page.wait_for_load_state("load")
    assert not told
    assert [url for url in asked if not url.startswith("data:")] == [
        (made / "report" / "index.html").as_uri()
    ]
    assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    broken = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(one => decodeURIComponent(one.hash.slice(1)))"
        ".filter(id => !document.getElementById(id))"
    )
    assert not broken
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Source Sans 3\"'))")
    page.close()


@pytest.fixture
def opened(browser, made):
    """Opens the report on a screen; nothing may be told or fetched until the test ends."""
    pages, told, asked = [], [], []
    address = (made / "report" / "index.html").as_uri()

    def at(width, scheme="light", touch=False):
        page = browser.new_page(
            viewport={"width": width, "height": 800}, color_scheme=scheme, has_touch=touch, is_mobile=touch
        )
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        pages.append(page)
        return page

    yield at
    for page in pages:
        page.close()
    assert not told
    assert {url for url in asked if not url.startswith("data:")} == {address}


def violations(page, within=None):
    found = Axe().run(page, within, {"runOnly": RULES}).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_stands_in_a_readers_way(opened, width, scheme):
    page = opened(width, scheme)
    page.locator("span.result").first.focus()
    assert page.locator(".origin:visible").count() == 1
    assert not violations(page)
    page.locator("button.zoom").first.click()
    assert page.locator("dialog[open]").count() == 1
    assert not violations(page, "dialog")


def test_every_number_tells_its_origin(opened, made):
    known = json.loads((made / "results.json").read_text(encoding="utf-8"))["results"]
    page = opened(1440)
    numbers = page.locator("span.result")
    assert numbers.count() > 30
    for number in numbers.all():
        number.focus()
        tip = page.locator(f"[id='{number.get_attribute('aria-describedby')}']")
        assert tip.is_visible()
        key, *lines = tip.locator("p").all_text_contents()
        assert known[key]["method"] in lines
        if known[key]["n"] is not None:
            assert re.match(rf"n = {known[key]['n']}\b", lines[0])
        for part, field in (("interval", "ci_low"), ("p", "p")):
            assert tip.locator(f".{part}").count() == (known[key][field] is not None)
        assert not number.get_attribute("title")
        assert not number.get_attribute("aria-label")


@pytest.mark.parametrize("width", [360, 1440])
def test_an_origin_stays_under_the_pointer_and_goes_with_escape(opened, width):
    page = opened(width)
    number, tip = page.locator("main p span.result").nth(20), page.locator(".origin:visible")
    number.scroll_into_view_if_needed()
    height = page.evaluate("document.documentElement.scrollHeight")
    number.hover()
    place = tip.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= width
    assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [
        height,
        width,
    ]
    tip.hover()
    page.wait_for_timeout(400)
    assert tip.count() == 1
    page.keyboard.press("Escape")
    assert tip.count() == 0
    number.focus()
    assert tip.count() == 1
    page.keyboard.press("Escape")
    assert tip.count() == 0
    assert page.evaluate("document.activeElement.className") == "result"
    page.keyboard.press("Enter")
    assert tip.count() == 1


def test_an_origin_answers_to_touch(opened):
    page = opened(360, touch=True)
    number, tip = page.locator("main p span.result").nth(20), page.locator(".origin:visible")
    number.scroll_into_view_if_needed()
    number.tap()
    page.wait_for_timeout(300)
    assert tip.count() == 1
    page.locator("h1.title").dispatch_event("pointerdown")
    assert tip.count() == 0


def test_a_figure_opens_large_and_gives_the_focus_back(opened):
    page = opened(1440)
    shown = page.locator("dialog[open] img")
    button, figure = page.locator("button.zoom").nth(1), page.locator("figure.quarto-float-fig img").nth(1)
    alt = figure.get_attribute("alt")
    button.focus()
    page.keyboard.press("Enter")
    assert shown.get_attribute("alt") == alt
    assert shown.bounding_box()["width"] > 1.5 * figure.bounding_box()["width"]
    page.keyboard.press("Escape")
    assert shown.count() == 0
    assert button.evaluate("one => one === document.activeElement")
    figure.click()
    page.get_by_role("button", name="Close").click()
    assert shown.count() == 0


def test_the_keyboard_reaches_the_text_and_the_contents_on_a_phone(opened):
    page = opened(360)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    entry = page.get_by_role("link", name="Discussion")
    assert not entry.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    entry.click()
    assert not entry.is_visible()
    heading = page.get_by_role("heading", name="Discussion").bounding_box()
    bar = page.locator("#TOC").bounding_box()
    assert bar["y"] + bar["height"] <= heading["y"] < 400
    wide = page.locator("figure.quarto-float-tbl").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.tabIndex)"
    )
    assert wide
    assert set(wide) == {0}


def test_paper_shows_text_and_figures_alone(opened):
    page = opened(1440, "dark")
    page.emulate_media(media="print")
    for hidden in ("#TOC", "a.skip", "button.zoom"):
        assert not page.locator(hidden).first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_without_scripts_the_report_reads_the_same(browser, made):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((made / "report" / "index.html").as_uri())
    assert page.get_by_role("link", name="Discussion").is_visible()
    assert page.locator("figure.quarto-float-fig img").first.is_visible()
    assert page.locator("button").count() == 0
    context.close()
