"""Using a form of the admin as a browser does: read what the page holds, change some, send."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Form(HTMLParser):
    """Collects what a browser would send of the fields on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the value of an input or a chosen option."""
        own = dict(attrs)
        name = own.get("name") or ""
        if tag in {"select", "textarea"}:
            self._open = name
            self.values.setdefault(name, "")
        elif tag == "option" and "selected" in own:
            self.values[self._open] = own.get("value") or ""
        elif tag == "input" and name and own.get("type") != "submit":
            if own.get("type") not in {"checkbox", "radio"}:
                self.values[name] = own.get("value") or ""
            elif "checked" in own:
                value = own.get("value") or ("on" if own["type"] == "checkbox" else "")
                before = self.values.get(name)  # boxes of one name are a list
                self.values[name] = value if before is None else [*_list(before), value]

    def handle_data(self, data: str) -> None:
        """Take the text of a text area."""
        if self.lasttag == "textarea" and self._open:
            self.values[self._open] += data.removeprefix("\r\n").removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        """Leave a field."""
        if tag in {"select", "textarea"}:
            self._open = ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def filled(page: Client, address: str, **changes: Any) -> dict[str, Any]:
    """Return what the form at `address` would send, with `changes`; None unticks a box."""
    form = _Form()
    form.feed(page.get(address).content.decode())
    values = {**form.values, **changes}
    return {name: value for name, value in values.items() if value is not None}


def send(page: Client, address: str, **changes: Any) -> Any:
    """Fill the form at `address` with `changes` and send it."""
    return page.post(address, filled(page, address, **changes))


def errors(answer: Any) -> list[str]:
    """Return every reason that the form shows."""
    assert answer.status_code == 200
    forms = [answer.context["adminform"].form]
    for inline in answer.context["inline_admin_formsets"]:
        forms += inline.formset.forms
    return [str(error) for form in forms for each in form.errors.values() for error in each]
