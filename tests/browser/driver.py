"""One Chromium, driven with real mouse, touch and keyboard events; it never sleeps, it waits."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    StaleElementReferenceException,
    TimeoutException,
    WebDriverException,
)
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions import interaction
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from oncall_portal.runner import install_browser

Point = tuple[int, int]
Found = TypeVar("Found")

# generous: the machine may be busy with everything else
PATIENCE_S = 30.0
_FLAGS = """headless=new no-sandbox disable-gpu disable-quic disable-dev-shm-usage no-first-run
    disable-background-networking disable-component-update disable-sync no-proxy-server
    disable-search-engine-choice-screen hide-scrollbars lang=en""".split()
_PASSING = (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    StaleElementReferenceException,
)
# A violation is written to the console, whose log outlives the page.
_TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) => console.error(
    "security policy:", event.effectiveDirective, event.blockedURI, event.sample));"""


def _now(condition: Callable[[], Found]) -> Found:
    """Return what a condition gives, and call stale what was replaced while it was looked at."""
    try:
        return condition()
    except WebDriverException as error:
        if "does not belong to the document" in (error.msg or ""):
            raise StaleElementReferenceException(error.msg) from error
        raise


class Browser:
    """A Chromium with helpers; `base` is the address that paths are put behind."""

    def __init__(self, profile: Path) -> None:
        self.driver = _start(profile)
        self.base = ""
        self._expected: list[str] = []
        self._kept: list[str] = []
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source=_TELL_VIOLATIONS)
        self.renew()

    def cdp(self, command: str, **arguments: object) -> dict[str, Any]:
        """Send a command of the DevTools protocol."""
        answer: dict[str, Any] = self.driver.execute_cdp_cmd(command, arguments)
        return answer

    # -- as new, for each test

    def renew(self) -> None:
        """Forget the last test: page, cookies, storage, zone, theme, sizes, and what went wrong."""
        self.driver.get("about:blank")
        self.cdp("Network.clearBrowserCookies")
        if self.base:
            self.cdp("Storage.clearDataForOrigin", origin=self.base, storageTypes="all")
        self.zone("")
        self.theme("light")
        self.screen(1280, 900)
        self._expected, self._kept = [], []
        self._log()

    def expect(self, pattern: str) -> None:
        """Say that this test provokes a line like this in the console, such as "status of 409"."""
        self._expected.append(pattern)

    def problems(self) -> list[str]:
        """Return the errors of the console and violations of the policy since last asked."""
        lines = self._kept + [
            str(entry["message"]) for entry in self._log() if entry["level"] == "SEVERE"
        ]
        self._kept = []
        return [line for line in lines if not any(re.search(p, line) for p in self._expected)]

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """Keep what went wrong so far, and let what the test itself does to the page pass."""
        self._kept = self.problems()
        yield
        self._log()

    @contextmanager
    def held(self, pattern: str) -> Iterator[None]:
        """Hold back what the page asks of such addresses, "*" being anything, until the end."""
        self.cdp("Fetch.enable", patterns=[{"urlPattern": pattern}])
        try:
            yield
        finally:
            self.cdp("Fetch.disable")

    def _log(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return found

    def zone(self, name: str) -> None:
        """Let this browser stand in a time zone; "" is the machine's own."""
        self.cdp("Emulation.setTimezoneOverride", timezoneId=name)

    def theme(self, name: Literal["light", "dark"]) -> None:
        """Let the system prefer a colour scheme; nothing moves, whatever the theme."""
        features = {"prefers-color-scheme": name, "prefers-reduced-motion": "reduce"}
        self.cdp(
            "Emulation.setEmulatedMedia",
            features=[{"name": key, "value": value} for key, value in features.items()],
        )

    def screen(self, width: int, height: int, *, touch: bool = False) -> None:
        """Give the screen a size, and fingers instead of a mouse."""
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.cdp("Emulation.setTouchEmulationEnabled", enabled=touch, maxTouchPoints=5)

    # -- looking

    def open(self, path: str) -> None:
        """Go to a page of the portal."""
        self.driver.get(self.base + path)

    def picture(self, width: int, *, tallest: int) -> bytes:
        """Return a PNG of the whole page at this width, cut off at the tallest."""
        tall = int(self.run("return document.documentElement.scrollHeight"))
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=max(600, min(tall, tallest)),
            deviceScaleFactor=1,
            mobile=False,
        )
        return self.driver.get_screenshot_as_png()

    @property
    def path(self) -> str:
        """The path of the page that is shown."""
        return urlsplit(self.driver.current_url).path

    def run(self, script: str, *arguments: object) -> Any:
        """Run a script in the page; return what it returns."""
        return self.driver.execute_script(script, *arguments)

    def until(self, condition: Callable[[], Found], what: str) -> Found:
        """Wait until `condition` holds and return what it gave; else fail, telling `what`."""
        wait = WebDriverWait(self.driver, PATIENCE_S, 0.05, ignored_exceptions=_PASSING)
        try:
            return wait.until(lambda _driver: _now(condition))
        except TimeoutException:
            place = f"{self.driver.current_url}: {self.text()[:2000]}"
            raise AssertionError(f"it never happened: {what}, at {place}") from None

    def all(self, css: str) -> list[WebElement]:
        """Return what the selector finds now, seen or not."""
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def see(self, css: str, text: str = "") -> WebElement:
        """Wait for an element that is shown and has this text in it; return the first."""

        def shown() -> WebElement | None:
            found = (each for each in self.all(css) if each.is_displayed() and text in each.text)
            return next(found, None)

        element = self.until(shown, f"{css} with {text!r}")
        assert element is not None
        return element

    def gone(self, css: str, text: str = "") -> None:
        """Wait until no element like this is shown any more."""

        def hidden() -> bool:
            return not any(each.is_displayed() and text in each.text for each in self.all(css))

        self.until(hidden, f"no {css} with {text!r}")

    def text(self, css: str = "body") -> str:
        """Return the text of the first such element, "" when there is none."""
        with suppress(StaleElementReferenceException):
            return next((each.text for each in self.all(css)), "")
        return ""

    # -- by mouse and keyboard

    def click(self, css: str, text: str = "") -> None:
        """Click what is shown, as soon as nothing covers it."""

        def clicked() -> bool:
            self.see(css, text).click()
            return True

        self.until(clicked, f"a click on {css} with {text!r}")

    def write(self, css: str, text: str) -> None:
        """Replace what a field holds, key by key."""
        field = self.see(css)
        field.clear()
        field.send_keys(text)

    def choose(self, css: str, text: str) -> None:
        """Choose an option of a list by what it says."""
        Select(self.see(css)).select_by_visible_text(text)

    def focus(self, css: str) -> None:
        """Put the keyboard's focus on an element."""
        self.run("arguments[0].focus()", self.see(css))

    def press(self, *keys: str) -> None:
        """Press and release keys, one after the other, wherever the focus is."""
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def chord(self, *keys: str) -> None:
        """Press the last key while those before it are held down."""
        actions = ActionChains(self.driver)
        for key in keys[:-1]:
            actions.key_down(key)
        actions.send_keys(keys[-1])
        for key in keys[:-1]:
            actions.key_up(key)
        actions.perform()

    def tab_to(self, css: str, *, at_most: int = 200) -> None:
        """Press Tab until the focus is on such an element."""
        for _ in range(at_most):
            self.press("\ue004")
            if self.run("return document.activeElement.matches(arguments[0])", css):
                return
        raise AssertionError(f"Tab never reached {css}")

    # -- by pointer, where things are

    def point(self, css: str, text: str = "", *, at: tuple[float, float] = (0.5, 0.5)) -> Point:
        """Bring an element into view; return a point of it, by default its middle."""
        x, y = self.run(
            """const [element, [across, down]] = arguments;
            element.scrollIntoView({block: "nearest", inline: "nearest"});
            const box = element.getBoundingClientRect();
            return [Math.round(box.left + across * box.width),
                    Math.round(box.top + down * box.height)];""",
            self.see(css, text),
            at,
        )
        return int(x), int(y)

    def drag(self, start: Point, end: Point, *, moves: int = 8) -> None:
        """Press the mouse at a point, move it in small steps, and release it at another."""
        self._stroke(interaction.POINTER_MOUSE, [start, *between(start, end, moves)])

    @contextmanager
    def dragging(
        self, start: Point, end: Point, *, moves: int = 8, hold_s: float = 0
    ) -> Iterator[Callable[[Point], None]]:
        """Press the mouse, or hold a finger, at a point and move it; Escape and release at the end.

        What it yields moves it on to another point.
        """
        kind = interaction.POINTER_TOUCH if hold_s else interaction.POINTER_MOUSE
        # selenium's own annotations have holes
        pointer: Any = PointerInput(kind, kind)  # type: ignore[no-untyped-call]

        def go(*points: Point, down: bool = False) -> None:
            actions = ActionBuilder(self.driver, mouse=pointer, duration=40)
            finger: Any = actions.pointer_action
            if down:
                finger.move_to_location(*start).pointer_down().pause(hold_s)
            for point in points:
                finger.move_to_location(*point)
            actions.perform()
            pointer.clear_actions()

        go(*between(start, end, moves), down=True)
        try:
            yield go
        finally:
            self.press("\ue00c")
            ActionBuilder(self.driver).clear_actions()

    @contextmanager
    def holding(self, *keys: str) -> Iterator[None]:
        """Hold keys down, and let go of them at the end."""
        actions = ActionChains(self.driver)
        for key in keys:
            actions.key_down(key)
        actions.perform()
        try:
            yield
        finally:
            actions = ActionChains(self.driver)
            for key in keys:
                actions.key_up(key)
            actions.perform()

    def touch_drag(self, start: Point, end: Point, *, hold_s: float = 0, moves: int = 8) -> None:
        """Put a finger at a point, hold it there, move it, and lift it at another."""
        self._stroke(interaction.POINTER_TOUCH, [start, *between(start, end, moves)], hold_s)

    def tap(self, point: Point) -> None:
        """Touch a point."""
        self._stroke(interaction.POINTER_TOUCH, [point])

    def _stroke(self, kind: str, points: list[Point], hold_s: float = 0) -> None:
        # selenium's own annotations have holes
        pointer: Any = PointerInput(kind, kind)  # type: ignore[no-untyped-call]
        actions = ActionBuilder(self.driver, mouse=pointer, duration=40)
        finger: Any = actions.pointer_action
        finger.move_to_location(*points[0]).pointer_down()
        if hold_s:
            finger.pause(hold_s)
        for point in points[1:]:
            finger.move_to_location(*point)
        finger.pointer_up()
        actions.perform()


def between(start: Point, end: Point, moves: int) -> list[Point]:
    """Return the points of a straight way, without its start, in `moves` steps."""
    (x, y), (to_x, to_y) = start, end
    return [
        (x + (to_x - x) * step // moves, y + (to_y - y) * step // moves)
        for step in range(1, moves + 1)
    ]


@contextmanager
def started() -> Iterator[Browser]:
    """Start a Chromium with an empty profile, and end it."""
    with TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        browser = Browser(Path(profile))
        try:
            yield browser
        finally:
            browser.driver.quit()


def missing() -> str:
    """Say why there is no browser, or "" when there is one."""
    programs = install_browser.missing()
    return f"{' and '.join(programs)} not found; {install_browser.ADVICE}" if programs else ""


def _start(profile: Path) -> Chrome:
    options = ChromeOptions()
    options.binary_location = _program("chromium")
    for flag in (*_FLAGS, f"user-data-dir={profile}"):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options, ChromeService(_program("chromedriver")))
    driver.set_page_load_timeout(2 * PATIENCE_S)
    driver.set_script_timeout(2 * PATIENCE_S)
    return driver


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found is not None, missing()
    return found
