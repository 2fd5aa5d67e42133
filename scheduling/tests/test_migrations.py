"""The tables can be made, unmade and made again."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from scheduling.models import Staff
from scheduling.tests import build


def _tables() -> set[str]:
    return {t for t in connection.introspection.table_names() if t.startswith("scheduling_")}


@pytest.mark.django_db(transaction=True)
def test_migrations_go_back_to_nothing_and_forward_again() -> None:
    before = _tables()
    try:
        call_command("migrate", "scheduling", "zero", verbosity=0)
        assert _tables() == set()
    finally:
        call_command("migrate", verbosity=0)
    assert _tables() == before


@pytest.mark.django_db(transaction=True)
def test_extensions_that_nobody_could_dial_are_forgotten_and_others_stay() -> None:
    call_command("migrate", "scheduling", "0012", verbosity=0)
    try:
        for name, extension in (("A", "7"), ("B", "abc"), ("C", "0201"), ("D", None), ("E", "")):
            build.staff(name, extension=extension)
    finally:
        call_command("migrate", verbosity=0)
    kept = Staff.objects.order_by("name").values_list("extension", flat=True)
    assert list(kept) == [None, None, "0201", None, None]
