"""Every column of every model is known to hold something about callers, or nothing."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Model

from voicemail.held import HELD, NOTHING

_WORDS = (models.CharField, models.TextField, models.JSONField, models.FileField)
_OTHERS = (models.BinaryField, models.GenericIPAddressField)
MODELS = apps.get_models(include_auto_created=True)


def columns(model: type[Model]) -> set[str]:
    """Return the columns of a model that can hold words; closed lists hold codes only."""
    found = set()
    for field in model._meta.concrete_fields:
        kind = field.base_field if isinstance(field, ArrayField) else field
        if isinstance(kind, (*_WORDS, *_OTHERS)) and not kind.choices:
            found.add(field.name)
    return found


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_column_holds_something_about_callers_or_is_said_to_hold_nothing(
    model: type[Model],
) -> None:
    known = {*HELD.get(model._meta.label, ()), *NOTHING.get(model._meta.label, ())}
    assert columns(model) - known == set()


@pytest.mark.parametrize("listed", [HELD, NOTHING])
def test_the_lists_name_columns_that_exist(listed: dict[str, tuple[str, ...]]) -> None:
    for label, fields in listed.items():
        model = apps.get_model(label)
        assert set(fields) - {field.name for field in model._meta.concrete_fields} == set(), label


def test_no_column_stands_in_both_lists() -> None:
    both = {label: set(HELD[label]) & set(NOTHING.get(label, ())) for label in HELD}
    assert {label: found for label, found in both.items() if found} == {}
