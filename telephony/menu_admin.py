"""The admin of menus and their versions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from oncall_portal.lib import access, clock
from oncall_portal.lib.admin import Guarded, ServedAdmin, VersionedForm
from oncall_portal.lib.texts import LANGUAGES
from oncall_portal.lib.texts_form import TextsFormField
from scheduling.models import Service
from telephony import labels, menu_options, menu_page, menu_shape, menu_words, preview_page, timing
from telephony.call_gestures import PART
from telephony.enums import GoalKind
from telephony.models import (
    ClosedRoute,
    Menu,
    MenuOption,
    MenuVersion,
)
from telephony.models.menus import KEYS
from telephony.preview_admin import Previewed
from telephony.writes import MENUS


class MenuForm(VersionedForm):
    """A new menu; its keys are given on its page."""

    welcome = TextsFormField(
        label=_("Welcome"), required=False, rows=3, most=timing.SPOKEN_CHARACTERS
    )

    class Meta:
        fields = ("name", "welcome")


@admin.register(Menu)
class MenuAdmin(Previewed, ServedAdmin):
    """Menus: a list of roots, and a page on which the whole tree is edited through the API."""

    form = MenuForm
    writes = MENUS
    list_display = ("name", "tries", "wait_seconds")
    search_fields = ("name",)
    add_form_template = "admin/change_form.html"
    change_form_template = "admin/telephony/menu/change_form.html"

    class Media:
        css = {"all": ("css/menu.css",)}

    def get_urls(self) -> list[URLPattern]:
        """Add what the page asks for while it is edited."""
        enter = self.admin_site.admin_view
        return [
            path("hear/", enter(self.hear, True), name="telephony_menu_hear"),
            path("<int:pk>/tree/", enter(self.tree, True), name="telephony_menu_tree"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the menus; the list shows those that stand alone."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and match.url_name == "telephony_menu_changelist"
        return rows.filter(parent=None) if is_list else rows

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the whole menu; a level is shown on the page of its root."""
        menu = self.get_object(request, unquote(object_id))
        if menu is None:
            return super().change_view(request, object_id, form_url, extra_context)
        if not self.has_view_permission(request, menu):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        root = menu_shape.root(menu_options.parents(), menu.pk)
        if root != menu.pk:
            address = reverse("admin:telephony_menu_change", args=[root])
            return HttpResponseRedirect(f"{address}#level-{menu.pk}")
        shown = {
            **self.admin_site.each_context(request),
            **self._shown(request, menu),
            "kinds": labels.GOAL.items(),
            "languages": settings.LANGUAGES,
            "otherwise": labels.OTHERWISE.items(),
            "keys": KEYS,
            "most": {"welcome": timing.SPOKEN_CHARACTERS, "name": timing.KEY_NAME_CHARACTERS},
            "opts": self.opts,
            "original": menu,
            "preview": preview_page.panel(menu, clock.now()),
            "title": menu.name,
        }
        return TemplateResponse(request, str(self.change_form_template), shown)

    def response_add(
        self, request: HttpRequest, obj: Menu, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Open the tree of a new menu, where it gets its keys."""
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        text = _("The menu “%(name)s” is there. Now give it its keys.") % {"name": obj}
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:telephony_menu_change", args=[obj.pk]))

    @method_decorator([require_safe, cache_control(private=True, no_cache=True), conditional_page])
    def tree(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer the part of the page that changes, for a page that stands open."""
        menu = self.get_object(request, str(pk))
        if menu is None:
            raise Http404
        if not self.has_view_permission(request, menu):
            raise PermissionDenied
        shown = self._shown(request, menu)
        return render(request, "admin/telephony/menu/live.html", shown, content_type=PART)

    @method_decorator(require_safe)
    def hear(self, request: HttpRequest) -> JsonResponse:
        """Answer what callers would hear of a key, in each language: it is not saved yet."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET
        kind, name = asked.get("kind", ""), {code: asked.get(code, "") for code in LANGUAGES}
        if kind not in labels.GOAL:
            return JsonResponse({})
        if kind == GoalKind.SERVICE and not any(name.values()):
            service = Service.objects.filter(pk=_number(asked.get("target", ""))).first()
            name = service.name if service is not None else name
        lines = {
            code: menu_words.heard_key(asked.get("key", "")[:1], kind, name, code)
            for code in LANGUAGES
        }
        return JsonResponse({code: line.text for code, line in lines.items()})

    def _shown(self, request: HttpRequest, menu: Menu) -> dict[str, Any]:
        return menu_page.context(menu, editable=self.has_change_permission(request, menu))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the menu alone: its levels go along, and the services say what is in the way."""
        return [str(row) for row in objs], {}, set(), []


def _number(text: str) -> int:
    """Return the id that was sent, 0 (which no row has) where it is none."""
    return int(text) if text.isdecimal() and len(text) < _DIGITS_OF_AN_ID else 0


_DIGITS_OF_AN_ID = 18


@admin.register(MenuOption)
class MenuOptionAdmin(Guarded):
    """Options of menus; they are edited in their menu."""

    list_display = ("menu", "key", "kind")
    list_select_related = ("menu",)


@admin.register(MenuVersion)
class MenuVersionAdmin(Guarded):
    """Versions of menus: history, drawn as it stood."""

    list_display = ("root", "number", "created_at", "created_by")
    list_filter = (("root", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("root", "created_by")
    change_form_template = "admin/telephony/menuversion/change_form.html"

    class Media:
        css = {"all": ("css/menu.css",)}

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        """Draw the menu as it stood, and offer to restore it."""
        version = kwargs.get("obj")
        context.update(menu_page.version_context(version) if version is not None else {})
        root = version.root if version is not None else None
        context["restorable"] = root is not None and access.can(request.user, "change", root)
        return super().render_change_form(request, context, **kwargs)


@admin.register(ClosedRoute)
class ClosedRouteAdmin(Guarded):
    """Routes for closed hours; they are edited with their number."""

    list_display = ("phone_number", "kind")
    list_select_related = ("phone_number",)
