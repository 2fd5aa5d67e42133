"""Who can get messages, by e-mail or by text, and who cannot yet: for those who choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from scheduling.models import ContactNumber, ServiceMember, Staff


@dataclass(frozen=True)
class Team:
    """How many members of a service there are, and those whom nothing reaches: names by id."""

    members: int
    without: Mapping[int, str]

    @property
    def reached(self) -> int:
        """How many of them get the messages."""
        return self.members - len(self.without)


NOBODY = Team(0, {})


@dataclass(frozen=True)
class Reach:
    """The people whom nothing reaches (names by id), and the members of each service by its id.

    `left` are the ids of those who are not active: nothing is sent to them, whatever they have.
    """

    without: Mapping[int, str]
    teams: Mapping[int, Team]
    left: frozenset[int] = frozenset()


def by_mail() -> Reach:
    """Return who has no e-mail address; two queries."""
    return _reach(Q(email=""))


def by_text() -> Reach:
    """Return who has no number in use that takes texts; two queries."""
    return _reach(~Q(_takes_texts()))


def gets_texts(staff: Staff) -> bool:
    """Tell whether a person has a number in use that takes texts."""
    return _numbers().filter(staff=staff).exists()


def _numbers() -> QuerySet[ContactNumber]:
    return ContactNumber.objects.filter(enabled=True, can_sms=True)


def _takes_texts() -> Exists:
    return Exists(_numbers().filter(staff=OuterRef("pk")))


def _reach(unreached: Q) -> Reach:
    found = Staff.objects.filter(unreached | Q(active=False)).order_by("name", "pk")
    rows = list(found.values_list("pk", "name", "active"))
    without = {pk: name for pk, name, active in rows if active}
    members: dict[int, list[int]] = {}
    entries = ServiceMember.objects.filter(staff__active=True).order_by("position", "pk")
    for service_id, staff_id in entries.values_list("service_id", "staff_id"):
        members.setdefault(service_id, []).append(staff_id)
    teams = {
        service_id: Team(len(ids), {pk: without[pk] for pk in ids if pk in without})
        for service_id, ids in members.items()
    }
    return Reach(without, teams, frozenset(pk for pk, _name, active in rows if not active))
