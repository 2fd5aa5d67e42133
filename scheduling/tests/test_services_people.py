"""Writes of people, services, numbers and the house."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from oncall_portal.lib.errors import Refused, Stale
from scheduling import colours, number_rules, queries, services
from scheduling.enums import AnsweredBy, GapReason
from scheduling.models import ContactNumber, Staff
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = pytest.mark.django_db
OURS = "+33970000001"


@pytest.fixture
def own_number() -> Iterator[None]:
    """Let another app refuse one number."""

    def not_ours(number: str) -> None:
        if number == OURS:
            raise Refused("number_is_ours", "It rings here.", "number")

    number_rules.register(not_ours)
    yield
    number_rules._checks.remove(not_ours)


def add_number(owner: Staff, number: str, **values: Any) -> ContactNumber:
    return services.create_contact_number({"staff": owner, "number": number, **values})


@pytest.mark.requirement("PLA-01")
def test_a_person_is_registered_with_a_name_and_a_number_as_people_write_it() -> None:
    build.organisation(region="FR")
    alice = services.create_staff({"name": "Alice Martin"})
    number = add_number(alice, "06 12 34 56 78", label="mobile")
    number.refresh_from_db()
    assert (alice.name, str(number.number), number.position) == ("Alice Martin", "+33612345678", 1)


@pytest.mark.requirement("PLA-02")
def test_numbers_are_tried_in_the_order_that_was_set() -> None:
    alice = services.create_staff({"name": "Alice"})
    first, second = add_number(alice, "+33612345678"), add_number(alice, "+33612345679")
    assert [first.position, second.position] == [1, 2]
    services.change_contact_number(second.pk, 1, {"position": 0})
    (found,) = queries.load_assignees([alice.pk], ()).values()
    assert [c.number for c in found.contacts] == ["+33612345679", "+33612345678"]


@pytest.mark.parametrize(
    ("region", "text", "expected"),
    [
        ("FR", "06.12.34.56.78", "+33612345678"),
        ("FR", "0033 6 12 34 56 78", "+33612345678"),
        ("CA", "(514) 555-0123", "+15145550123"),
        ("CA", "+33 6 12 34 56 78", "+33612345678"),
    ],
)
def test_a_number_is_understood_in_the_spelling_of_the_region(
    region: str, text: str, expected: str
) -> None:
    build.organisation(region=region, allowed_countries=["FR", "CA"])
    assert services.acceptable_number(text) == expected


@pytest.mark.usefixtures("own_number")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12", "invalid_number"),
        ("mobile", "invalid_number"),
        ("09 70 00 00 01", "number_is_ours"),
        ("+1 514 555 0123", "country_not_allowed"),
        ("08 99 70 12 34", "special_number"),
    ],
)
def test_a_number_that_cannot_be_called_is_refused_with_the_reason(text: str, code: str) -> None:
    build.organisation(allowed_countries=["FR", "BE"])
    alice = build.staff("Alice")
    with pytest.raises(Refused) as refused:
        add_number(alice, text)
    assert (refused.value.code, refused.value.field) == (code, "number")
    with pytest.raises(Refused):
        services.change_contact_number(alice.numbers.get().pk, 1, {"number": text})


def test_another_number_has_to_be_verified_again() -> None:
    alice = build.staff("Alice", "+33612345678")
    number = alice.numbers.get()
    number.verified_at = at(0)
    number.save()
    same = services.change_contact_number(number.pk, 1, {"number": "+33 6 12 34 56 78"})
    assert same.verified_at == at(0)
    assert (
        services.change_contact_number(number.pk, 2, {"number": "+33612345679"}).verified_at is None
    )


def test_a_number_has_one_owner_and_no_twin() -> None:
    alice = build.staff("Alice", "+33612345678")
    with pytest.raises(ValidationError, match="already has this number"):
        add_number(alice, "+33612345678")
    with pytest.raises(ValidationError, match="one person or to one service"):
        add_number(alice, "+33612345679", service=build.service("Reception"))


@pytest.mark.requirement("PLA-04")
def test_people_and_services_get_the_most_distinct_colour_still_free() -> None:
    alice = services.create_staff({"name": "Alice"})
    bob = services.create_staff({"name": "Bob", "colour": ""})
    reception = services.create_service({"name": {"en": "Reception"}})
    chosen = services.create_staff({"name": "Charlie", "colour": "#123456"})
    assert [alice.colour, bob.colour, chosen.colour] == [
        colours.most_distinct([]),
        colours.most_distinct([alice.colour]),
        "#123456",
    ]
    assert reception.colour == colours.most_distinct([alice.colour, bob.colour])


def test_a_deactivated_person_leaves_a_hole_with_the_reason() -> None:
    alice, rota = build.staff("Alice"), build.schedule()
    build.shift(rota, alice, at(8), at(18))
    services.deactivate_staff(alice.pk, 1)
    (skipped,) = queries.load_roster(rota.pk, at(9)).skipped
    assert skipped.reason == GapReason.INACTIVE
    with pytest.raises(ProtectedError):
        services.delete_staff(alice.pk, 2)


def test_a_stale_edit_of_a_person_is_refused() -> None:
    alice = build.staff("Alice")
    services.change_staff(alice.pk, 1, {"name": "Alice Martin"})
    with pytest.raises(Stale):
        services.change_staff(alice.pk, 1, {"name": "Alice Durand"})
    assert Staff.objects.get(pk=alice.pk).name == "Alice Martin"


@pytest.mark.requirement("PLA-03")
def test_a_service_keeps_its_members_in_order() -> None:
    alice, bob = build.staff("Alice"), build.staff("Bob")
    heading = services.create_category({"name": {"en": "Heating"}})
    team = services.create_service(
        {
            "name": {"en": "Boiler emergency"},
            "category": heading,
            "answered_by": AnsweredBy.MEMBERS.value,
            "member_entries": [bob, alice],
        }
    )
    (found,) = queries.load_assignees((), [team.pk]).values()
    assert [c.owner_name for c in found.contacts] == ["Bob", "Alice"]
    services.change_service(team.pk, 1, {"member_entries": [alice]})
    (found,) = queries.load_assignees((), [team.pk]).values()
    assert [c.owner_name for c in found.contacts] == ["Alice"]
    with pytest.raises(ProtectedError):
        services.delete_category(heading.pk, 1)


def test_a_service_answered_by_a_schedule_names_it() -> None:
    with pytest.raises(ValidationError, match="Choose the schedule"):
        services.create_service(
            {"name": {"en": "Reception"}, "answered_by": AnsweredBy.SCHEDULE.value}
        )


def test_the_house_changes_with_its_supervisors() -> None:
    build.organisation()
    alice = build.staff("Alice")
    services.change_organisation(1, 1, {"ring_seconds": 30, "supervisor_entries": [alice]})
    assert queries.house().ring_seconds == 30
    assert [s.name for s in queries.organisation_supervisors()] == ["Alice"]


@pytest.mark.parametrize(
    "values",
    [
        {"region": "XX"},
        {"languages": []},
        {"languages": ["de"]},
        {"allowed_countries": ["FR", "FR"]},
        {"allowed_countries": ["France"]},
        {"allowed_countries": [["FR"]]},
        {"time_zone": "Paris"},
    ],
)
def test_impossible_house_settings_are_refused(values: dict[str, Any]) -> None:
    build.organisation()
    with pytest.raises(ValidationError):
        services.change_organisation(1, 1, values)
