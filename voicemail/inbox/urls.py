"""The addresses of the inbox, below the admin's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from voicemail.inbox import answering, views


def addresses(enter: Callable[..., Any]) -> list[URLPattern]:
    """Return them, each guarded by `enter` (the admin site's `admin_view`)."""
    return [
        path("inbox/", enter(views.page), name="inbox"),
        path("inbox/part/", enter(views.part, True), name="inbox_part"),
        path("inbox/acts/", enter(views.act), name="inbox_acts"),
        path("inbox/undo/", enter(views.undo), name="inbox_undo"),
        path("inbox/<int:pk>/", enter(views.pane_part, True), name="inbox_pane"),
        path("inbox/<int:pk>/call-back/", enter(answering.call_back), name="inbox_call_back"),
        path("inbox/<int:pk>/reply/", enter(answering.reply), name="inbox_reply"),
    ]
