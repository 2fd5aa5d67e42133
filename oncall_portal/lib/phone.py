"""Phone numbers as people write them, as we store them (E.164), and as logs may show them."""

from __future__ import annotations

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def parse(text: str, region: str) -> str:
    """Return `text`, in any usual spelling for `region` (ISO country), as E.164 with a plus sign.

    Raises ValidationError saying how to write the number when it cannot be one.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise ValidationError(_how_to_write(text, region), code="invalid_number") from error
    if not phonenumbers.is_valid_number(number):
        raise ValidationError(_how_to_write(text, region), code="invalid_number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_valid(number: str) -> bool:
    """Tell whether an E.164 number is still one: numbering plans change, and rows stay."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False


_MOBILE = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,  # where the plan does not tell them apart
)


def may_be_mobile(number: str) -> bool:
    """Tell whether an E.164 number may be that of a mobile phone, which takes texts."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(number, None)) in _MOBILE
    except phonenumbers.NumberParseException:
        return False


def example(region: str) -> tuple[str, str]:
    """Return how a mobile of `region` (ISO country) is written there and abroad, "" if unknown."""
    found = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if found is None:
        return "", ""
    forms = phonenumbers.PhoneNumberFormat
    return (
        phonenumbers.format_number(found, forms.NATIONAL),
        phonenumbers.format_number(found, forms.INTERNATIONAL),
    )


def _how_to_write(text: str, region: str) -> str:
    national, international = example(region)
    if not national:
        return _("“%(text)s” is not a phone number; write it with its country, like +33…") % {
            "text": text
        }
    return _(
        "“%(text)s” is not a phone number; write it like %(national)s or %(international)s."
    ) % {
        "text": text,
        "national": national,
        "international": international,
    }


def spaced(number: str) -> str:
    """Return `number` for reading: +33612345678 gives "+33 6 12 34 56 78"; others stay as is."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def digits_to_dial(number: str, region: str) -> str:
    """Return the digits that one dials in `region` (ISO country) to call an E.164 number.

    Those of the number itself where it cannot be told.
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number.removeprefix("+")
    shown = phonenumbers.format_out_of_country_calling_number(parsed, region)
    return "".join(character for character in shown if character.isdigit())


def mask(number: str) -> str:
    """Return `number` with its middle hidden: +33612345678 gives "+33 6 .. .. .. 78".

    The country code, the first digit and the last two stay; short or odd numbers keep only the
    last two characters.
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return f"..{number[-2:]}" if len(number) > 4 else ".."
    national = str(parsed.national_number)
    hidden = max(len(national) - 3, 0)
    groups = ["." * min(2, hidden - i) for i in range(0, hidden, 2)]
    return " ".join([f"+{parsed.country_code}", national[:1], *groups, national[-2:]])


def from_platform(digits: str) -> str:
    """Return the platform's spelling (digits, usually without plus) as E.164; withheld gives "".

    So do those with more digits than E.164 has: some networks pass on whatever a caller claims.
    """
    digits = digits.removeprefix("+")
    return f"+{digits}" if digits.isascii() and digits.isdigit() and 6 <= len(digits) <= 15 else ""


def country(number: str) -> str:
    """Return the ISO code of the country of an E.164 number, "" when it has none."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number, None)) or ""


def beginning(text: str, region: str) -> str:
    """Return how numbers begin, written in any usual way for `region`, as +, country and digits.

    "08 99" gives "+33899" in France; what names its country, "+33 8" or "0033 8", gives "+338".
    Letters and the like stay, so that whoever asks can refuse them.
    """
    digits = re.sub(r"[\s().\-/]", "", text)
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if digits.startswith("+") or not digits:
        return digits
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    trunk = metadata.national_prefix if metadata else None
    country_code = phonenumbers.country_code_for_region(region)
    return f"+{country_code}{digits.removeprefix(trunk or '')}"
