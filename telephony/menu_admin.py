"""The admin of menus, their versions, and what would go wrong at a number."""

from __future__ import annotations

from django.contrib import admin

from oncall_portal.lib.admin import Guarded
from telephony.models import ClosedRoute, Menu, MenuOption, MenuVersion, NumberProblem


@admin.register(Menu)
class MenuAdmin(Guarded):
    """Menus."""

    list_display = ("name", "parent", "tries", "wait_seconds")
    list_select_related = ("parent",)
    search_fields = ("name",)


@admin.register(MenuOption)
class MenuOptionAdmin(Guarded):
    """Options of menus; they are edited in their menu."""

    list_display = ("menu", "key", "kind")
    list_select_related = ("menu",)


@admin.register(MenuVersion)
class MenuVersionAdmin(Guarded):
    """Versions of menus: history."""

    list_display = ("root", "number", "created_at", "created_by")
    list_select_related = ("root", "created_by")


@admin.register(ClosedRoute)
class ClosedRouteAdmin(Guarded):
    """Routes for closed hours; they are edited with their number."""

    list_display = ("phone_number", "kind")
    list_select_related = ("phone_number",)


@admin.register(NumberProblem)
class NumberProblemAdmin(Guarded):
    """Problems ahead: found by the scan."""

    list_display = ("phone_number", "kind", "period", "name", "found_at")
    list_filter = ("kind",)
    list_select_related = ("phone_number",)
