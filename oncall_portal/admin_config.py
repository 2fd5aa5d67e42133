"""The admin of the portal, in the place of Django's own."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Django's admin with our site: every page asks who may do what."""

    default_site = "oncall_portal.admin_site.PortalAdminSite"
