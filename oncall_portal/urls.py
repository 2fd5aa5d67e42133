"""Every address of the portal, one include per app."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from oncall_portal import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("voice/", include("telephony.urls")),
    path("admin/", admin.site.urls),
]
