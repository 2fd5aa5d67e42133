"""The portal as its own web server runs it, with the views of `answer_views` beside its own.

What an answered call leads to afterwards is left undone.
"""

from __future__ import annotations

from contextlib import ExitStack

from django.conf import settings

from benchmarks.measure import Kept
from oncall_portal import wsgi
from telephony import dispatch

for_good = ExitStack()
for_good.enter_context(dispatch.using(Kept()))
settings.ROOT_URLCONF = "benchmarks.answer_views"
application = wsgi.application
