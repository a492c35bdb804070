"""The HTML report in a real browser."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    path = next(filter(None, map(shutil.which, BROWSERS)))
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
