"""The admin site: supervisors and above may enter, and every model asks the one table."""

from __future__ import annotations

from collections.abc import Iterable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.forms import AuthenticationForm
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oncall_portal import hub, navigation, statistics
from oncall_portal.lib.admin import Guarded
from scheduling.access import standing_of
from scheduling.enums import Role


class PortalAdminSite(AdminSite):
    """Guards every model registered on it, those of other packages too."""

    site_header = site_title = _("On-call portal")
    index_title = _("Everything")
    site_url = None  # there is no other site to view
    enable_nav_sidebar = False  # tasks, not models, are the navigation
    login_form = AuthenticationForm

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")  # rows are deleted one by one, with their version

    def has_permission(self, request: HttpRequest) -> bool:
        """Let supervisors and above in, whatever Django's own staff flag says."""
        return standing_of(request.user).at_least(Role.SUPERVISOR)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what every page shows around its own content."""
        return {**super().each_context(request), **navigation.frame(request)}

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Guard a page, and show and read its times by the clock of the house."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def by_the_house_clock(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if self.has_permission(request):
                timezone.activate(ZoneInfo(navigation.house_of(request).time_zone))
            answer: HttpResponseBase = guarded(request, *args, **kwargs)
            return answer

        return by_the_house_clock

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask who it is; staff, who have nothing to do here, are led to their own page."""
        if standing_of(request.user).role is Role.STAFF:
            return redirect("me:home")
        return super().login(request, extra_context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the pages of our own that belong to no model."""
        from voicemail.inbox import urls as inbox  # noqa: PLC0415 - needs models, loaded by now

        own = [
            *inbox.addresses(self.admin_view),
            path("now/", self.admin_view(self._live), name="home_live"),
            path("settings/", self.admin_view(hub.view), name="settings"),
            path("statistics/", self.admin_view(statistics.view), name="statistics"),
        ]
        return [*own, *super().get_urls()]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show the home page: who is on call now."""
        from oncall_portal.dashboard import views  # noqa: PLC0415 - needs models, loaded by now

        return views.index(request, extra_context)

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Lead to the settings: no page lists the models of a package."""
        return redirect("admin:settings")

    def _live(self, request: HttpRequest) -> HttpResponse:
        from oncall_portal.dashboard import views  # noqa: PLC0415 - needs models, loaded by now

        return views.now_part(request)

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Register with the guard in front, unless the class has it already."""
        plain: type[ModelAdmin[Any]] = admin_class or ModelAdmin
        if not issubclass(plain, Guarded):
            plain = type(plain.__name__, (Guarded, plain), {})
        super().register(model_or_iterable, plain, **options)
