"""Writing the demo company, through the same services as everybody but for its many shifts.

What its customer wrote, and was answered, is written as it stands: no text leaves the portal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from oncall_portal.demo import company, rota
from oncall_portal.demo.company import Duty, Person
from scheduling import services, wall
from scheduling.access import MANAGERS
from scheduling.enums import AnsweredBy, OperationState
from scheduling.models import DutyNotice, RotaOperation, Schedule, Service, Shift, Staff
from scheduling.types import Period
from telephony import caller_services, menu_services, number_services
from telephony import services as telephony
from telephony.enums import Behaviour, Direction, GoalKind, StepKind, Strategy, TextState
from telephony.models import EscalationScenario, Menu, PhoneNumber, TextMessage
from voicemail import mailboxes


class NotEmpty(Exception):
    """The portal holds somebody else's people: a demo among them would mislead."""


@dataclass
class _Loaded:
    """What was written so far, by the names that the demo uses."""

    people: dict[str, Staff] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    boiler: int = 0
    leak: int = 0


@transaction.atomic
def load(now: datetime, password: str | None = None) -> int:
    """Write the company if the portal is empty, and fill its months; return how many shifts.

    A second time only months without any shift are filled (this one and the next, by the wall
    clock at `now`): nothing that people changed or deleted since comes back or is touched.
    Raises NotEmpty.
    """
    fresh = not Staff.objects.exists() and not Schedule.objects.exists()
    if fresh:
        _write_company(password)
        _write_texts(now)
        _write_backups(now)
        _send_backup_away(now)
        # nobody's doing: the first undo is of what somebody did, and nobody is told of the rest
        RotaOperation.objects.update(state=OperationState.FIXED.value)
        DutyNotice.objects.all().delete()
    schedules = {row.name: row for row in Schedule.objects.all()}
    duties = [duty for duty in company.DUTIES if duty.name in schedules]
    if not duties:
        raise NotEmpty
    return sum(_fill(duty, schedules[duty.name], now, fresh=fresh) for duty in duties)


def _write_company(password: str | None) -> None:
    loaded = _Loaded()
    _write_house()
    for person in company.PEOPLE:
        loaded.people[person.name] = _write_person(person)
    scenario = _write_scenario()
    for duty in company.DUTIES:
        loaded.schedules[duty.name] = _write_schedule(duty, scenario, loaded)
    _write_supervisor(loaded)
    _write_services(loaded)
    _write_mailbox_and_lines(loaded)
    _write_logins(loaded, password)


def _write_person(person: Person) -> Staff:
    address = f"{'.'.join(_plain(person.name).split())}@example.org"
    row = services.create_staff(
        {
            "name": person.name,
            "language": person.language,
            "time_zone": person.zone,
            "extension": person.extension,
            "email": address if person.email else "",
            "active": person.active,
        }
    )
    for number, label in person.numbers:
        services.create_contact_number({"staff": row, "number": number, "label": label})
    return row


def _plain(name: str) -> str:
    table = str.maketrans("éèëçÉ", "eeecE", "'")
    return name.translate(table).lower()


def _write_scenario() -> EscalationScenario:
    steps: list[dict[str, Any]] = [
        {"kind": StepKind.LEVEL.value, "target": 1, "strategy": Strategy.TOGETHER.value},
        {"kind": StepKind.LEVEL.value, "target": 2, "strategy": Strategy.IN_ORDER.value},
        {"kind": StepKind.SUPERVISORS.value, "strategy": Strategy.IN_ORDER.value},
        {"kind": StepKind.VOICEMAIL.value},
    ]
    short = [{**step, "ring_seconds": 15} for step in steps[:-1]]
    return telephony.create_scenario({"name": "Standard", "steps": [*short, steps[-1]]})


def _write_schedule(duty: Duty, scenario: EscalationScenario, loaded: _Loaded) -> Schedule:
    row = services.create_schedule(
        {
            "name": duty.name,
            "time_zone": duty.zone,
            "scenario": scenario,
            "holidays": duty.holidays,
            "supervisor_entries": [loaded.people[name] for name in duty.supervisors],
        }
    )
    for name, start, end, later, days in company.PERIODS:
        times = {"start_time": start, "end_time": end, "end_day_offset": later}
        services.create_template({"schedule": row, "name": name, "weekdays": list(days), **times})
    return row


def _write_house() -> None:
    """Write the settings first: they say in which countries anybody may be called."""
    house = services.organisation()
    services.change_organisation(
        house.pk,
        house.version,
        {
            "name": "Martin Chauffage",
            "region": "FR",
            "time_zone": company.PARIS,
            "languages": ["fr", "en"],
            "allowed_countries": ["FR", "CA"],
            "whisper": company.WHISPER,
            "hard_stop_seconds": company.HARD_STOP_SECONDS,
        },
    )


def _write_supervisor(loaded: _Loaded) -> None:
    house = services.organisation()
    values = {"supervisor_entries": [loaded.people["Gaëlle Perrin"]]}
    services.change_organisation(house.pk, house.version, values)


def _write_services(loaded: _Loaded) -> None:
    heating = services.create_category({"name": company.HEATING, "position": 1})
    plumbing = services.create_category({"name": company.PLUMBING, "position": 2})
    boiler = services.create_service(
        {
            "name": company.BOILER,
            "category": heating,
            "answered_by": AnsweredBy.SCHEDULE.value,
            "schedule": loaded.schedules[company.PARIS_ROTA],
        }
    )
    leak = services.create_service(
        {
            "name": company.LEAK,
            "category": plumbing,
            "answered_by": AnsweredBy.MEMBERS.value,
            "member_entries": [loaded.people[name] for name in company.LEAK_MEMBERS],
        }
    )
    loaded.boiler, loaded.leak = boiler.pk, leak.pk
    desk = services.create_service({"name": company.DESK, "category": plumbing})
    for number in company.DESK_NUMBERS:
        services.create_contact_number({"service": desk, "number": number, "label": "accueil"})


def _write_mailbox_and_lines(loaded: _Loaded) -> None:
    recipients: list[dict[str, Any]] = [
        {"staff": loaded.people["Gaëlle Perrin"]},
        {"email": "bureau@example.org"},
        {"on_shift": True},
    ]
    general = {"name": "Général", "general": True, "greeting": company.GREETING}
    mailbox = mailboxes.create_mailbox({**general, "recipients": recipients})
    for name, number, schedule in (
        ("Urgences France", company.PARIS_LINE, company.PARIS_ROTA),
        ("Urgences Québec", company.MONTREAL_LINE, company.MONTREAL_ROTA),
    ):
        line = {"name": name, "number": number, "mailbox": mailbox}
        number_services.create_phone_number({**line, "schedule": loaded.schedules[schedule]})
    rota = loaded.schedules[company.PARIS_ROTA]
    number_services.create_phone_number(
        {
            "name": "Accueil France",
            "number": company.DAY_LINE,
            "behaviour": Behaviour.SMART_VOICEMAIL.value,
            "schedule": rota,
            "menu": _write_menu(loaded),
            "mailbox": mailbox,
            "opening_hours": company.OPEN,
            "closed_route": {"kind": GoalKind.SCHEDULE.value, "target": rota.pk},
            "text_back_enabled": True,
            "text_back": company.TEXT_BACK,
        }
    )


def _write_menu(loaded: _Loaded) -> Menu:
    """Write the menu of the line for the day, of two levels; each is heard as its keys say."""
    below = menu_services.create_menu(
        {
            "name": "Plomberie",
            "options": [
                _key("1", GoalKind.SERVICE, loaded.leak),
                _key("2", GoalKind.CALL_BACK),
                _key("*", GoalKind.BACK),
            ],
        }
    )
    return menu_services.create_menu(
        {
            "name": "Accueil",
            "welcome": company.WELCOME,
            "options": [
                _key("1", GoalKind.SERVICE, loaded.boiler),
                _key("2", GoalKind.MENU, below.pk, name=company.BELOW),
                _key("9", GoalKind.VOICEMAIL),
            ],
        }
    )


def _key(key: str, kind: GoalKind, target: int | None = None, **more: Any) -> dict[str, Any]:
    return {"key": key, "goes_to": {"kind": kind.value, "target": target}, **more}


def _write_texts(now: datetime) -> None:
    """Write what a customer wrote to the line of Montréal, and what she was answered."""
    line = PhoneNumber.objects.get(number=company.MONTREAL_LINE)
    manager = User.objects.get(username="manager")
    customer = caller_services.create({"number": company.CUSTOMER_NUMBER, "name": company.CUSTOMER})
    TextMessage.objects.bulk_create(
        TextMessage(
            caller=customer,
            phone_number=line,
            direction=(Direction.IN if received else Direction.OUT).value,
            state=(TextState.RECEIVED if received else TextState.DELIVERED).value,
            text=text,
            at=now - timedelta(hours=hours),
            sent_by=None if received else manager,
        )
        for hours, received, text in company.TEXTS
    )


def _write_logins(loaded: _Loaded, password: str | None) -> None:
    """Make the three logins; without a password they open nothing until one is set."""
    for username, name in company.LOGINS:
        user, new = User.objects.get_or_create(username=username, defaults={"first_name": name})
        if not new:
            continue
        user.set_password(password)
        user.save()
        person = loaded.people[name]
        services.change_staff(person.pk, person.version, {"user": user})
        if username == "manager":
            user.groups.add(Group.objects.get_or_create(name=MANAGERS)[0])


def _write_backups(now: datetime) -> None:
    """Let the people at level 2 take turns, from Monday to Monday."""
    for duty in company.DUTIES:
        today = wall.wall(now, duty.zone).date()
        services.create_rotation(
            {
                "schedule": Schedule.objects.get(name=duty.name),
                "level": 2,
                "recurrence": "RRULE:FREQ=WEEKLY;BYDAY=MO",
                "starts_on": rota.backup_since(today),
                "start_time": rota.MORNING,
                "end_time": rota.MORNING,
                "end_day_offset": 7,
                "participants": [[Staff.objects.get(name=name)] for name in duty.backup],
            }
        )


def _send_backup_away(now: datetime) -> None:
    """Leave the hole of the first schedule to nobody at level 2 either."""
    duty = company.DUTIES[0]
    without = rota.hole(wall.wall(now, duty.zone).date(), duty.zone)
    services.create_override(
        {
            "schedule": Schedule.objects.get(name=duty.name),
            "replaces_level": 2,
            "starts_at": without.starts_at,
            "ends_at": without.ends_at,
            "note": "Formation",
        }
    )


def _fill(duty: Duty, schedule: Schedule, now: datetime, *, fresh: bool) -> int:
    today = wall.wall(now, duty.zone).date()
    first, second, third = rota.months(today)
    without = rota.hole(today, duty.zone) if fresh and duty is company.DUTIES[0] else None
    start = first - timedelta(days=1) if fresh else first
    written = 0
    for begins, ends in ((start, second), (second, third)):
        if not _has_shifts(schedule, duty, begins, ends):
            written += _write_turns(duty, schedule, begins, ends, without)
    return written


def _has_shifts(schedule: Schedule, duty: Duty, begins: date, ends: date) -> bool:
    """Tell whether a shift of any state, of no rotation, starts in the month once handed over."""
    start, end = (
        wall.instant(datetime.combine(day, rota.MORNING), duty.zone) for day in (begins, ends)
    )
    rows = Shift.objects.filter(schedule=schedule, rotation=None, period__startswith__gte=start)
    return rows.filter(period__startswith__lt=end).exists()


def _write_turns(
    duty: Duty, schedule: Schedule, begins: date, ends: date, without: Period | None
) -> int:
    people = {row.name: row for row in Staff.objects.all()}
    desk = Service.objects.filter(name=company.DESK).first()
    shifts = []
    for turn in rota.turns(duty, begins, ends, without):
        who = {"service": desk} if turn.name == rota.DESK else {"staff": people.get(turn.name)}
        if None not in who.values():
            period = DateTimeTZRange(turn.period.starts_at, turn.period.ends_at)
            shifts.append(Shift(schedule=schedule, level=turn.level, period=period, **who))
    # at once: hundreds of single writes would make the first start wait
    return services.add_shifts(schedule, shifts, undoable=False)


def lines() -> list[PhoneNumber]:
    """Return the numbers to dial."""
    return list(PhoneNumber.objects.select_related("schedule").order_by("pk"))
