"""`make screenshots`: every page of a portal in use, in both themes and three widths.

Without an argument it starts a whole portal with the demo company, and in its folder itself once
more, with the folder to write to; there it calls the company and takes the pictures.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "screenshots"
WIDTHS = (360, 1024, 1600)
_TALLEST = 4000


def main() -> int:
    """Take the pictures, or start the portal that they are taken of."""
    inside = len(sys.argv) > 1
    settings = "oncall_portal.settings" if inside else "oncall_portal.offline_settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    django.setup()
    logging.disable(logging.INFO)
    return _inside(Path(sys.argv[1])) if inside else _outside()


def _outside() -> int:
    # models are imported after django.setup()
    from tests.whole import started  # noqa: PLC0415 - see above

    with started(demo=True) as whole:
        code, words = whole.portal.command("-m", "tests.browser.screenshots", str(FOLDER))
    sys.stderr.write(words)
    return code


def _inside(folder: Path) -> int:
    from tests.browser import driver, portal_in_use  # noqa: PLC0415 - see above

    user = portal_in_use.prepare()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    with driver.started() as browser:
        browser.base = portal_in_use.address()
        for page in portal_in_use.pages(browser, user):
            for width in WIDTHS:
                browser.screen(width, 900, touch=width < 600)
                browser.open(page.path)
                for theme in ("light", "dark"):
                    browser.theme(theme)
                    picture = browser.picture(width, tallest=_TALLEST)
                    (folder / f"{page.name}-{theme}-{width}.png").write_bytes(picture)
            sys.stdout.write(f"{page.name}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
