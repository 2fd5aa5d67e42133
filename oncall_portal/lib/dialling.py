"""Which numbers may be dialled at all: countries that are allowed, and no number that costs extra.

A stolen login must not turn the portal into a way to ring premium-rate numbers, nor far away.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

# What people answer at. All other kinds that are known cost whoever calls extra (premium rate,
# shared cost, personal and universal access numbers) or are no telephone (pagers, mailboxes).
_ANSWERED = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.TOLL_FREE,
        # Numbering plans change before the library knows, and what was saved had been valid then.
        PhoneNumberType.UNKNOWN,
    }
)


class NotDialled(StrEnum):
    """Why a number is never dialled."""

    INVALID = "invalid_number"
    COUNTRY = "country_not_allowed"
    SPECIAL = "special_number"


@lru_cache(maxsize=20_000)
def refusal(number: str, countries: tuple[str, ...]) -> NotDialled | None:
    """Return why a number (E.164) may not be dialled from a house, None when it may.

    `countries` are the ISO codes of those that the house calls. Satellite and other numbers of no
    country belong to none of them.
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return NotDialled.INVALID
    if not phonenumbers.is_possible_number(parsed):
        return NotDialled.INVALID
    if phonenumbers.region_code_for_number(parsed) not in countries:
        return NotDialled.COUNTRY
    known = phonenumbers.number_type(parsed)
    return None if known in _ANSWERED else NotDialled.SPECIAL
