"""The people, services, numbers and settings of the demo company.

Numbers come from ranges that are never given to subscribers: 01 99 00, 02 61 91, 03 53 01,
04 65 71 and 05 36 49 in France (ARCEP decision 2018-0881), 555-0100 to 555-0199 in North America.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

PARIS, MONTREAL = "Europe/Paris", "America/Montreal"
PARIS_ROTA, MONTREAL_ROTA = "Astreinte Paris", "Garde Montréal"


@dataclass(frozen=True)
class Person:
    """Somebody of the company; `numbers` are (number, label) in the order they are tried."""

    name: str
    language: str
    zone: str
    extension: str
    numbers: tuple[tuple[str, str], ...]
    email: bool = True
    active: bool = True


def _paris(name: str, extension: str, *numbers: str, **more: bool) -> Person:
    labels = ("mobile", "domicile", "atelier")
    return Person(name, "fr", PARIS, extension, tuple(zip(numbers, labels, strict=False)), **more)


def _montreal(name: str, language: str, extension: str, number: str) -> Person:
    return Person(name, language, MONTREAL, extension, ((number, "mobile"),))


PEOPLE = (
    _paris("Amélie Martin", "201", "+33199000101", "+33199000102", "+33199000103"),
    _paris("Bruno Lefèvre", "202", "+33199000111"),
    _paris("Chloé Garnier", "203", "+33261910121"),
    _paris("David Moreau", "204", "+33353010131"),
    _paris("Élodie Rousseau", "205", "+33465710141"),
    _paris("Farid Benali", "206", "+33536490151", email=False),
    _paris("Gaëlle Perrin", "207", "+33199000161"),
    _paris("Hugo Lambert", "208", "+33261910171", active=False),
    _montreal("Isabelle Tremblay", "fr", "301", "+15145550111"),
    _montreal("James O'Connor", "en", "302", "+15145550112"),
    _montreal("Karine Gagnon", "fr", "303", "+15145550113"),
    _montreal("Liam Smith", "en", "304", "+15145550114"),
    _montreal("Megan Roy", "en", "305", "+15145550115"),
    _montreal("Nicolas Bouchard", "fr", "306", "+15145550116"),
)
LOGINS = (
    ("manager", "Gaëlle Perrin"),
    ("supervisor", "Élodie Rousseau"),
    ("staff", "Amélie Martin"),
)

HEATING = {"fr": "Chauffage", "en": "Heating"}
PLUMBING = {"fr": "Plomberie", "en": "Plumbing"}
BOILER = {"fr": "Urgence chaudière", "en": "Boiler emergency"}
LEAK = {"fr": "Fuite d'eau", "en": "Water leak"}
DESK = {"fr": "Accueil Montréal", "en": "Montréal reception"}
DESK_NUMBERS = ("+15145550121", "+15145550122")
LEAK_MEMBERS = ("David Moreau", "Chloé Garnier")

PARIS_LINE, MONTREAL_LINE, DAY_LINE = "+33970000001", "+15145550100", "+33970000002"
# Six phones of a worst evening, a minute each.
HARD_STOP_SECONDS = 420
WHISPER = {
    "fr": "Appel d'astreinte, Martin Chauffage.",
    "en": "On-call line of Martin Heating.",
}
GREETING = {
    "fr": "Personne n'a pu répondre. Laissez un message après le signal, on vous rappelle.",
    "en": "Nobody could answer. Leave a message after the tone and we will call you back.",
}


# The line for the day: what its menu says, and when it is open.
WELCOME = {
    "fr": "Bonjour, Martin Chauffage à votre écoute.",
    "en": "Hello, this is Martin Heating.",
}
BELOW = {"fr": "la plomberie", "en": "plumbing"}
OPEN: dict[str, object] = {
    "time_zone": PARIS,
    "weekly": [{"days": ["mo", "tu", "we", "th", "fr"], "from": "08:00", "to": "18:00"}],
    "holidays": "closed",
}
TEXT_BACK = {
    "fr": "Martin Chauffage : nous avons manqué votre appel, nous vous rappelons.",
    "en": "Martin Heating: we missed your call and will call you back.",
}
# Who has written to the line of Montréal.
CUSTOMER, CUSTOMER_NUMBER = "Sophie Lemaire", "+15145550131"
# hours ago, from the customer or to her, what it says
TEXTS = (
    (50, True, "Bonjour, ma chaudière affiche E4 et il fait 14 °C. Que faire ?"),
    (49, False, "Bonjour, coupez-la dix minutes puis relancez. Isabelle passe demain à 9 h."),
    (26, True, "Merci, elle est passée, tout fonctionne !"),
)


# what is dropped on either calendar: name, start, end, days later, days on which it starts
_WEEK = ("mo", "tu", "we", "th", "fr")
PERIODS: tuple[tuple[str, time, time, int, tuple[str, ...]], ...] = (
    ("Journée", time(8), time(18), 0, _WEEK),
    ("Nuit", time(18), time(8), 1, _WEEK),
    ("Jour de week-end", time(8), time(8), 1, ("sa", "su")),
)


@dataclass(frozen=True)
class Duty:
    """Who takes turns on a schedule, and who supervises it."""

    name: str
    zone: str
    day: tuple[str, ...]
    night: tuple[str, ...]
    weekend: tuple[tuple[str, str], ...]
    backup: tuple[str, ...]
    supervisors: tuple[str, ...]
    holidays: dict[str, str | None]


DUTIES = (
    Duty(
        PARIS_ROTA,
        PARIS,
        day=("Amélie Martin", "Bruno Lefèvre", "Chloé Garnier"),
        night=("David Moreau", "Farid Benali", "Amélie Martin", "Bruno Lefèvre"),
        weekend=(("Chloé Garnier", "David Moreau"), ("Bruno Lefèvre", "Farid Benali")),
        backup=("Gaëlle Perrin", "Élodie Rousseau"),
        supervisors=("Élodie Rousseau", "Gaëlle Perrin"),
        holidays={"country": "FR", "subdivision": None},
    ),
    Duty(
        MONTREAL_ROTA,
        MONTREAL,
        day=(),
        night=("Isabelle Tremblay", "James O'Connor", "Karine Gagnon"),
        weekend=(("Liam Smith", "Karine Gagnon"), ("James O'Connor", "Isabelle Tremblay")),
        backup=("Megan Roy", "Nicolas Bouchard"),
        supervisors=("Nicolas Bouchard",),
        holidays={"country": "CA", "subdivision": "QC"},
    ),
)
