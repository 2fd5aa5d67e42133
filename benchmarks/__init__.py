"""Measurements in real time, on this machine; what they start is the whole portal."""

from __future__ import annotations

import logging
import os

import django

# Only to read the code: each portal that is measured has settings of its own.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oncall_portal.offline_settings")
django.setup()
logging.getLogger("mail.log").setLevel(logging.WARNING)
