"""Who may do what, asked here by every page; the app that knows the roles answers."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
Thing = Model | type[Model]


class Policy(Protocol):
    """The answers; scheduling implements it, because it knows staff and supervisors."""

    def can(self, user: Any, action: str, thing: Thing) -> bool:
        """Tell whether `user` may do `action` to a row, or to some row of a model."""

    def visible(self, user: Any, rows: QuerySet[M]) -> QuerySet[M]:
        """Return those of `rows` that `user` may view."""


_policy: Policy | None = None


def register(policy: Policy) -> None:
    """Let `policy` answer; called once, when scheduling is ready."""
    global _policy
    _policy = policy


def can(user: Any, action: str, thing: Thing) -> bool:
    """Tell whether `user` may do `action` to `thing`; without a policy nobody may do anything."""
    return _policy is not None and _policy.can(user, action, thing)


def visible(user: Any, rows: QuerySet[M]) -> QuerySet[M]:
    """Return those of `rows` that `user` may view; without a policy none."""
    return rows.none() if _policy is None else _policy.visible(user, rows)
