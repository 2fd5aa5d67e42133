"""The view that answering a call is compared with does what an answered call does."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.test import RequestFactory

from benchmarks import answer_views, answers
from telephony.models import Call, CallAction, CallEvent, Leg, WebhookReceipt
from telephony.tests import hostile

TABLES = (Call, Leg, CallEvent, CallAction, WebhookReceipt)


def _rows() -> list[int]:
    return [table.objects.count() for table in TABLES]


@pytest.mark.django_db(transaction=True)
def test_the_compared_view_keeps_the_same_rows() -> None:
    hostile.build_line()
    recorded = answers.recorded()
    thrice = _rows()
    with patch.object(answer_views, "_recorded", lambda: recorded):
        answer_views.same(RequestFactory().post("/same"))
        answer_views.same(RequestFactory().post("/same"))
    assert [count * 3 for count in _rows()] == [count * 5 for count in thrice]
