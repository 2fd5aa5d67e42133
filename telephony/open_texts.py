"""Texts that came in and were not answered yet, neither in writing nor by calling back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from telephony.enums import Direction
from telephony.models import Call, TextMessage

# Older ones are no longer asked about; they stay in the list and with their caller.
RECENT = timedelta(days=14)


def to_answer(texts: QuerySet[TextMessage], now: datetime) -> QuerySet[TextMessage]:
    """Return those of `texts` that somebody should answer.

    What the portal sends by itself is no answer, a wish to get no texts needs none.
    """
    later = {"direction": Direction.OUT.value}
    written = TextMessage.objects.filter(
        caller=OuterRef("caller"), at__gte=OuterRef("at"), sent_by__isnull=False, **later
    )
    called = Call.objects.filter(
        caller=OuterRef("caller__number"), started_at__gte=OuterRef("at"), **later
    )
    recent = texts.filter(
        direction=Direction.IN.value, at__gte=now - RECENT, caller__sms_stopped_at=None
    )
    return recent.exclude(Exists(written)).exclude(Exists(called))
