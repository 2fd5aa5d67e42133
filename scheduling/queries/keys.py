"""Ids as the indexes want them."""

from __future__ import annotations

from django.db.models import BigIntegerField, Value
from django.db.models.functions import Cast


def bigint(key: int) -> Cast:
    """Return an id as the type of the columns.

    btree_gist has no operator between bigint and an integer literal: without the cast an index on
    (id, period) serves the period alone (measured: 19 ms instead of 0.17 ms).
    """
    return Cast(Value(key), BigIntegerField())
