"""The tables can be made, unmade and made again."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection


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
