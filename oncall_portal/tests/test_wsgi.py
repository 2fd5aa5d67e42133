"""What the web server loads is loaded once, before anybody calls."""

from __future__ import annotations

import os
import subprocess
import sys

TELL = """
import gc, sys
import oncall_portal.wsgi
left = len(gc.get_objects())
print("telephony.urls" in sys.modules, gc.get_freeze_count() > 100 * left, gc.get_threshold()[0])
"""


def test_what_is_loaded_is_no_longer_searched_for_garbage() -> None:
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "oncall_portal.offline_settings"}
    told = subprocess.run(
        [sys.executable, "-c", TELL], env=env, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["True", "True", "10000"]
