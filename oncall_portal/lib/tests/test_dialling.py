"""Which numbers may be dialled at all."""

from __future__ import annotations

import pytest

from oncall_portal.lib.dialling import NotDialled, refusal


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("+33612345678", None),
        ("+33145678901", None),
        ("+33970000001", None),  # a number of no place
        ("+33800123456", None),  # free for the caller
        ("+33639980001", None),  # kept free for films, and no library knows it
        ("+14165550123", None),
        ("+33899701234", NotDialled.SPECIAL),  # premium rate
        ("+33892123456", NotDialled.SPECIAL),
        ("+33810123456", NotDialled.SPECIAL),  # shared cost
        ("+33820123456", NotDialled.SPECIAL),
        ("+441632960001", NotDialled.COUNTRY),
        ("+18765551234", NotDialled.COUNTRY),  # Jamaica, behind the same +1
        ("+881612345678", NotDialled.COUNTRY),  # satellite
        ("+262692123456", NotDialled.COUNTRY),  # Réunion has a code of its own
        ("+333900", NotDialled.INVALID),
        ("+33112", NotDialled.INVALID),
        ("112", NotDialled.INVALID),
        ("", NotDialled.INVALID),
        ("+336123456789012", NotDialled.INVALID),
    ],
)
def test_only_numbers_of_allowed_countries_that_cost_nothing_extra_are_dialled(
    number: str, reason: NotDialled | None
) -> None:
    assert refusal(number, ("FR", "CA")) == reason


def test_a_premium_number_is_refused_in_every_country() -> None:
    found = [
        refusal(number, (country,))
        for number, country in [
            ("+19005551234", "US"),
            ("+447012345678", "GB"),  # "personal", sold by the minute
            ("+491801234567", "DE"),
        ]
    ]
    assert found == [NotDialled.SPECIAL] * 3
