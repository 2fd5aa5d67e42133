"""The one generated stylesheet: a class for each colour of the people and services."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse

from oncall_portal.navigation import version
from scheduling.colours import PALETTE, ink
from scheduling.glance import colours

_YEAR = 365 * 86400


def view(request: HttpRequest) -> HttpResponse:
    """Answer the stylesheet; an address with the version of its content may be kept for a year."""
    used = set(colours().values())
    offered = used.union(PALETTE)  # those that may be chosen next
    answer = HttpResponse(sheet(offered), content_type="text/css; charset=utf-8")
    lasting = request.GET.get("v") == version(used)
    answer["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if lasting else "no-cache"
    return answer


def sheet(used: Iterable[str]) -> str:
    """Return one rule per distinct `#rrggbb`: the fill, and the ink that reads best on it."""
    return "".join(
        f".c-{colour[1:]} {{ --p: {colour}; --p-on: {ink(colour)}; }}\n"
        for colour in sorted(set(used))
    )
