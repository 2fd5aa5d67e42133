"""Roles, and the one table of what each role may do; whatever it does not grant is denied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from oncall_portal.lib.access import M, Thing
from scheduling.enums import Role
from scheduling.models import OrganisationSupervisor, ScheduleSupervisor, Staff

MANAGERS = "managers"
VIEW, ADD, CHANGE, DELETE = "view", "add", "change", "delete"
SEE_NUMBER, REPORT, RESEND = "see_number", "report", "resend"
_ORDER = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True)
class Standing:
    """What a login amounts to: its role, and the person it belongs to."""

    role: Role
    staff_id: int | None = None
    email: str = ""
    name: str = ""
    language: str = ""
    time_zone: str = ""

    def at_least(self, role: Role) -> bool:
        """Tell whether this standing is `role` or more."""
        return _ORDER[self.role] >= _ORDER[role]


@dataclass(frozen=True)
class Grant:
    """From `role` on, every row; below it, a person's own rows.

    `own` finds those in the database; `mine` tells of one row in memory, for rules asked per row.
    """

    role: Role
    own: Callable[[Standing], Q] | None = None
    mine: Callable[[Standing, Any], bool] | None = None


Rules = Mapping[str, Grant]
_table: dict[str, Rules] = {}


def register(label: str, rules: Rules) -> None:
    """Add a model (`app.model`, lower case) to the table; apps call it when they are ready."""
    _table[label] = rules


def rules(view: Role, write: Role, *, numbers: Grant | None = None) -> Rules:
    """Return the rules of a model which `view` and above see and `write` and above edit."""
    edit = {action: Grant(write) for action in (ADD, CHANGE, DELETE)}
    return {VIEW: Grant(view), **edit, **_numbers(numbers)}


def read_only(
    view: Role, *, own: Callable[[Standing], Q] | None = None, numbers: Grant | None = None
) -> Rules:
    """Return the rules of a model that nobody edits, not even an administrator."""
    return {VIEW: Grant(view, own), **_numbers(numbers)}


def _numbers(grant: Grant | None) -> Rules:
    return {SEE_NUMBER: grant} if grant else {}


def standing_of(user: Any) -> Standing:
    """Return what `user` amounts to; asked of the database once per user object."""
    known: Standing | None = user.__dict__.get("_standing")
    if known is None:
        known = user.__dict__["_standing"] = _standing(user)
    return known


def _standing(user: Any) -> Standing:
    if not user.is_authenticated or not user.is_active:
        return Standing(Role.NOBODY)
    known = Staff.objects.filter(user=user.pk, active=True).values_list(
        "pk", "email", "name", "language", "time_zone"
    )
    staff_id, *rest = known.first() or (None,)
    return Standing(_role(user, staff_id), staff_id, *rest)


def _role(user: Any, staff_id: int | None) -> Role:
    if user.is_superuser:
        return Role.ADMINISTRATOR
    if user.groups.filter(name=MANAGERS).exists():
        return Role.MANAGER
    if staff_id is None:
        return Role.NOBODY
    if (
        ScheduleSupervisor.objects.filter(staff=staff_id).exists()
        or OrganisationSupervisor.objects.filter(staff=staff_id).exists()
    ):
        return Role.SUPERVISOR
    return Role.STAFF


def role_of(user: Any) -> Role:
    """Return the highest role that `user` holds."""
    return standing_of(user).role


def can(user: Any, action: str, thing: Thing) -> bool:
    """Tell whether `user` may do `action` to a row, or, for a model, to some row of it."""
    grant = _table.get(thing._meta.label_lower, {}).get(action)
    standing = standing_of(user)
    if grant is None or standing.role is Role.NOBODY:
        return False
    if standing.at_least(grant.role):
        return True
    if standing.staff_id is None or (grant.own is None and grant.mine is None):
        return False
    return isinstance(thing, type) or _is_own(grant, standing, thing)


def _is_own(grant: Grant, standing: Standing, row: Model) -> bool:
    if grant.mine is not None:
        return grant.mine(standing, row)
    return (
        grant.own is not None
        and type(row)._default_manager.filter(grant.own(standing), pk=row.pk).exists()
    )


def visible(user: Any, rows: QuerySet[M]) -> QuerySet[M]:
    """Return those of `rows` that `user` may view; adds no query of its own."""
    if not can(user, VIEW, rows.model):
        return rows.none()
    grant = _table[rows.model._meta.label_lower][VIEW]
    standing = standing_of(user)
    if standing.at_least(grant.role) or grant.own is None:
        return rows
    return rows.filter(pk__in=rows.model._default_manager.filter(grant.own(standing)).values("pk"))


def my_feeds(standing: Standing) -> Q:
    """Find the calendar feeds of a person's own duties, and those that they made."""
    return Q(staff=standing.staff_id) | Q(created_by__staff=standing.staff_id)


def my_feed(standing: Standing, row: Any) -> bool:
    """Tell whether a feed would be of a person's own duties, or of a whole schedule."""
    return row.staff_id is None or bool(row.staff_id == standing.staff_id)


def reaches_me(standing: Standing, row: Any) -> bool:
    """Tell whether a number, a phone rung or time off is this person's own."""
    return bool(row.staff_id == standing.staff_id)


_STAFF, _SUPERVISOR, _MANAGER = Role.STAFF, Role.SUPERVISOR, Role.MANAGER
for _label in (
    "staff",
    "service",
    "servicecategory",
    "servicemember",
    "schedule",
    "shift",
    "shifttemplate",
    "rotation",
    "rotationparticipant",
    "override",
    "intendedgap",
):
    register(f"scheduling.{_label}", rules(_STAFF, _MANAGER))
for _label in ("schedulesupervisor", "organisationsupervisor"):
    register(f"scheduling.{_label}", rules(_STAFF, _MANAGER))


def _swaps_of(standing: Standing) -> Q:
    """Find the swaps that a person offers, is asked for, or accepted."""
    me = standing.staff_id
    return Q(requested_by=me) | Q(offered_to=me) | Q(accepted_by=me)


register(
    "scheduling.swaprequest",
    {
        VIEW: Grant(_SUPERVISOR, _swaps_of),
        ADD: Grant(_MANAGER, _swaps_of),  # the services tell whose shift it is
        CHANGE: Grant(_MANAGER),
    },
)
_own_time_off = Grant(_MANAGER, mine=reaches_me)
register(
    "scheduling.timeoff",
    {
        VIEW: Grant(_SUPERVISOR, lambda standing: Q(staff=standing.staff_id)),
        **dict.fromkeys((ADD, CHANGE, DELETE), _own_time_off),
    },
)
register(
    "scheduling.contactnumber",
    rules(_STAFF, _MANAGER, numbers=Grant(_SUPERVISOR, mine=reaches_me)),
)
register("scheduling.divert", rules(_STAFF, _MANAGER, numbers=Grant(_SUPERVISOR)))
register(
    "scheduling.organisation",
    {VIEW: Grant(_SUPERVISOR), CHANGE: Grant(_MANAGER)},
)
register(
    "scheduling.calendarfeed",
    {
        VIEW: Grant(_MANAGER, own=my_feeds),
        ADD: Grant(_MANAGER, mine=my_feed),
        DELETE: Grant(_MANAGER, own=my_feeds),
    },
)
for _label in ("feedevent", "importedevent"):
    register(f"scheduling.{_label}", read_only(_SUPERVISOR))
register("scheduling.coveragealert", read_only(_SUPERVISOR))
register("scheduling.rotaoperation", read_only(_SUPERVISOR))
register("scheduling.dutynotice", read_only(_SUPERVISOR))
register("scheduling.rotaseen", read_only(Role.ADMINISTRATOR))
register(
    "outbox.outgoingmessage",
    {
        **read_only(_SUPERVISOR, own=lambda standing: Q(to=standing.email) & ~Q(to="")),
        REPORT: Grant(_MANAGER),  # what a mail server says of one
        RESEND: Grant(_SUPERVISOR),  # one that failed
    },
)
for _label in (
    *("auth.user", "auth.group", "authtoken.token", "authtoken.tokenproxy"),
    *("django_celery_beat.periodictask", "django_celery_beat.intervalschedule"),
    *("django_celery_beat.crontabschedule", "django_celery_beat.solarschedule"),
    "django_celery_beat.clockedschedule",
):
    register(_label, rules(Role.ADMINISTRATOR, Role.ADMINISTRATOR))
