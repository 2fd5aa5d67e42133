"""A manager imports people from a file, having seen what that does."""

from __future__ import annotations

from pathlib import Path

from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests import build
from scheduling.tests.sheets import csv
from tests.browser.conftest import Site
from tests.browser.driver import Browser

LIST = "/admin/scheduling/staff/"


def choose(browser: Browser, folder: Path, *lines: str) -> None:
    """Open the list, go to the import, and choose a file of these lines."""
    file = folder / "people.csv"
    file.write_bytes(csv(*lines))
    browser.open(LIST)
    browser.click(".object-tools a", "Import")
    browser.see("h1", "Import: People")
    browser.all("#file")[0].send_keys(str(file))
    browser.click("button", "Look at it")


def test_a_file_is_looked_at_and_imported(site: Site, browser: Browser, tmp_path: Path) -> None:
    site.enter(browser, Role.MANAGER)
    alice = build.staff("Alice")
    choose(browser, tmp_path, "id,version,name", f"{alice.pk},1,Alice Martin", ",,Bob")
    browser.see("#would", "1 new, 1 changed, 0 as they are")
    browser.click("#confirm button", "Import it")
    browser.see(".messagelist", "Imported: 1 new, 1 changed, 0 as they were.")
    assert list(Staff.objects.values_list("name", flat=True)) == ["Alice Martin", "Bob"]


def test_what_is_wrong_in_a_file_is_told_by_row(
    site: Site, browser: Browser, tmp_path: Path
) -> None:
    site.enter(browser, Role.MANAGER)
    choose(browser, tmp_path, "name,language", "Bob,de")
    browser.see("#wrong", "Nothing was imported: 1 thing is wrong in the file.")
    browser.see("#wrongs", "Write fr or en.")
    assert not Staff.objects.exists()
