"""What is wrong with how a person can be reached or told apart: facts in, codes out."""

from __future__ import annotations

from dataclasses import dataclass

from oncall_portal.lib.dialling import NotDialled
from scheduling.enums import PersonWarning

# Somebody may be let down by these; the others are about to matter.
SEVERE = frozenset(
    {
        PersonWarning.NO_NUMBER,
        PersonWarning.NO_USABLE_NUMBER,
        PersonWarning.INVALID_NUMBER,
        PersonWarning.COUNTRY_NOT_ALLOWED,
        PersonWarning.SPECIAL_NUMBER,
    }
)


@dataclass(frozen=True)
class NumberFacts:
    """One number (E.164): whether it is in use, was verified, is one, and why it is not called."""

    number: str
    enabled: bool = True
    verified: bool = True
    valid: bool = True
    refused: NotDialled | None = None


@dataclass(frozen=True)
class PersonFacts:
    """A person's numbers in order, and who else has nearly the same colour, by name."""

    active: bool = True
    has_email: bool = True
    numbers: tuple[NumberFacts, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Warned:
    """One warning, and the numbers or names that it is about."""

    code: PersonWarning
    about: tuple[str, ...] = ()

    @property
    def severe(self) -> bool:
        """Whether somebody may be let down by it."""
        return self.code in SEVERE


def warnings(facts: PersonFacts) -> tuple[Warned, ...]:
    """Return what is to be put right, the worst first; nothing about people out of use."""
    if not facts.active:
        return ()
    used = [each for each in facts.numbers if each.enabled]
    invalid = [each for each in used if not each.valid]
    abroad = [each for each in used if each.valid and each.refused is NotDialled.COUNTRY]
    special = [each for each in used if each.valid and each.refused is NotDialled.SPECIAL]
    usable = [each for each in used if each.valid and each.refused is None]
    found = []
    if not facts.numbers:
        found.append(Warned(PersonWarning.NO_NUMBER))
    elif not usable:
        found.append(Warned(PersonWarning.NO_USABLE_NUMBER))
    found += _about(PersonWarning.INVALID_NUMBER, invalid)
    found += _about(PersonWarning.COUNTRY_NOT_ALLOWED, abroad)
    found += _about(PersonWarning.SPECIAL_NUMBER, special)
    if not facts.has_email:
        found.append(Warned(PersonWarning.NO_EMAIL))
    found += _about(PersonWarning.NOT_VERIFIED, [each for each in usable if not each.verified])
    if facts.near:
        found.append(Warned(PersonWarning.NEAR_COLOUR, facts.near))
    return tuple(found)


def _about(code: PersonWarning, numbers: list[NumberFacts]) -> list[Warned]:
    return [Warned(code, tuple(each.number for each in numbers))] if numbers else []
