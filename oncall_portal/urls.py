"""Every address of the portal, one include per app."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import SimpleRouter

import scheduling.api
import telephony.api
import voicemail.api
from oncall_portal import health, stylesheet
from oncall_portal.lib.api import problems
from oncall_portal.outbox import api as outbox_api
from scheduling.feed_pages import calendar_file
from voicemail import link_pages

router = SimpleRouter()
for prefix, resource in (
    *scheduling.api.ROUTES,
    *telephony.api.ROUTES,
    *voicemail.api.ROUTES,
    *outbox_api.ROUTES,
):
    router.register(prefix, resource, basename=prefix)

api = [
    path("organisation/", scheduling.api.OrganisationView.as_view(), name="organisation"),
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    re_path(
        r"^contact-numbers/(?P<pk>\d{1,18})/test/$",
        telephony.api.TestCallView.as_view(),
        name="contact-number-test",
    ),
    re_path(
        r"^phone-numbers/(?P<pk>\d{1,18})/preview/$",
        telephony.api.NumberPreviewView.as_view(),
        name="phone-number-preview",
    ),
    re_path(
        r"^menus/(?P<pk>\d{1,18})/preview/$",
        telephony.api.MenuPreviewView.as_view(),
        name="menu-preview",
    ),
    re_path(
        r"^callers/(?P<pk>\d{1,18})/erase/$",
        voicemail.api.CallerEraseView.as_view(),
        name="caller-erase",
    ),
    re_path(
        r"^callers/(?P<pk>\d{1,18})/export/$",
        voicemail.api.CallerExportView.as_view(),
        name="caller-export",
    ),
    *router.urls,
]

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    # what browsers ask for on answers that name no icon, such as JSON
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}favicon.svg")),
    path("colours.css", stylesheet.view, name="colours"),
    path("voice/", include("telephony.urls")),
    path("messages/", include("telephony.text_urls")),
    path("m/<slug:token>", link_pages.page, name="message-link"),
    path("m/<slug:token>/audio", link_pages.audio, name="message-link-audio"),
    path("calendar/<slug:token>.ics", calendar_file, name="calendar-feed"),
    path("phones/", include("oncall_portal.phones.urls")),
    path("me/calls/", include("telephony.my_urls")),
    path("me/", include("scheduling.me.urls")),
    path("api/v1/", include(api)),
    re_path(r"^api/", problems.not_found, name="api-nowhere"),
    path("admin/", admin.site.urls),
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("i18n/", include("django.conf.urls.i18n")),
]
handler500 = problems.fault
