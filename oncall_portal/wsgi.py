"""The WSGI entry point that the web server loads."""

from __future__ import annotations

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from oncall_portal.lib import collector
from telephony.provider import get_provider

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oncall_portal.settings")
application = get_wsgi_application()

if settings.VONAGE is not None:
    get_provider()  # a key that cannot sign stops the start, and the first call does not wait

import_module(settings.ROOT_URLCONF)  # every view, for which the first request would wait
collector.settle()
