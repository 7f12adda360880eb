"""Every page that a journey shows is checked for accessibility, and kept as pictures on request.

    SCREENSHOTS=folder   keeps a picture of each page: wide, on a phone, in the dark
"""

import os
import pathlib

from axe_playwright_python.sync_playwright import Axe

FOLDER = os.environ.get("SCREENSHOTS")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE = {"width": 360, "height": 740}


def take(page, name):
    wide = page.viewport_size
    for scheme in ["light", "dark"]:
        page.emulate_media(color_scheme=scheme)
        for label, size in [("wide", wide), ("phone", PHONE)]:
            page.set_viewport_size(size)
            overflow = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert overflow <= 0, f"{name} does not fit {label}"
            if FOLDER:
                path = pathlib.Path(FOLDER) / f"{name}-{label}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
        check(page, f"{name}, {scheme}")
    page.emulate_media(color_scheme=None)
    page.set_viewport_size(wide)


def check(page, name):
    violations = Axe().run(page, options=RULES).response["violations"]
    told = [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in violations
        for node in violation["nodes"]
    ]
    assert not told, f"{name}: " + "\n".join(told)
