"""Ids as the indexes want them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from django.db.models import BigIntegerField, Model, QuerySet, Value
from django.db.models.functions import Cast

M = TypeVar("M", bound=Model)


def bigint(key: int) -> Cast:
    """Return an id as the type of the columns.

    btree_gist has no operator between bigint and an integer literal: without the cast an index on
    (id, period) serves the period alone (measured: 19 ms instead of 0.17 ms).
    """
    return Cast(Value(key), BigIntegerField())


def of_schedules(rows: QuerySet[M], schedules: Collection[int]) -> QuerySet[M]:
    """Return those of `rows` that are of these schedules; of one, by the index of both columns."""
    if len(schedules) == 1:
        return rows.filter(schedule_id=bigint(*schedules))
    return rows.filter(schedule_id__in=schedules)
