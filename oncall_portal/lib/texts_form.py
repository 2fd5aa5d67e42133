"""Texts in several languages, one box per language, for forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from oncall_portal.lib.texts import LANGUAGES


class TextsWidget(forms.MultiWidget):
    """One text box per language, each under its language's name."""

    template_name = "admin/widgets/texts.html"

    def __init__(self, attrs: dict[str, Any] | None = None, rows: int = 1) -> None:
        box = forms.TextInput if rows == 1 else forms.Textarea
        extra = {} if rows == 1 else {"rows": rows}
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            code: box({"lang": code, **extra}) for code in LANGUAGES
        }
        super().__init__(widgets, attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the boxes are drawn from, with their languages in words."""
        context = super().get_context(name, value, attrs)
        names = dict(settings.LANGUAGES)
        for box in context["widget"]["subwidgets"]:
            box["named"] = names[box["attrs"]["lang"]]
        return context

    def decompress(self, value: Any) -> list[str]:
        """Return the text of each language, in their order."""
        texts = value if isinstance(value, dict) else {}
        return [texts.get(code, "") for code in LANGUAGES]


class TextsFormField(forms.MultiValueField):
    """A text per language, as {"fr": "…", "en": "…"}; empty boxes are left out.

    `most` is how many characters each box takes.
    """

    def __init__(self, *, rows: int = 1, most: int | None = None, **kwargs: Any) -> None:
        boxes = [forms.CharField(required=False, max_length=most) for _code in LANGUAGES]
        widget = TextsWidget({} if most is None else {"maxlength": most}, rows)
        super().__init__(boxes, require_all_fields=False, widget=widget, **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        """Return the texts that are not empty."""
        return {code: text for code, text in zip(LANGUAGES, data_list, strict=False) if text}

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether a box holds another text than before."""
        shown = initial if isinstance(initial, list) else self.widget.decompress(initial)
        return bool(super().has_changed(shown, data))
