"""The three writes of a kind of row, as the API and the admin call them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Writes(Generic[M]):
    """What an app's services do to a row; each raises Refused, ValidationError, Stale or so.

    `create` takes the validated values; `change` and `delete` the row's id, and the version at
    which the asker read it.
    """

    create: Callable[[dict[str, Any]], M]
    change: Callable[[int, int, dict[str, Any]], M]
    delete: Callable[[int, int], None]
