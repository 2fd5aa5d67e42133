"""Who is written to about a message: resolved when the e-mail is written, each address once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scheduling import queries
from scheduling.enums import AnsweredBy, GapReason
from scheduling.models import ContactNumber, OrganisationSupervisor, ServiceMember, Staff
from telephony import promise_owners, texting
from voicemail.models import MailboxRecipient, MailboxTexted, VoicemailMessage
from voicemail.types import Addressee, Phone


def addressees(message: VoicemailMessage) -> list[Addressee]:
    """Return whom to write to: the mailbox's recipients who have an address, each address once.

    A service stands for its members, "whoever is on call" for those whose turn it was, when the
    message was left, on the rota that the call was led to. When none of them has an address, the
    organisation's supervisors; [] when they have none either. Inactive people are left out.
    """
    languages = queries.house().languages
    default = languages[0] if languages else "en"
    entries = list(MailboxRecipient.objects.filter(mailbox=message.mailbox_id).order_by("pk"))
    staff_ids = [staff_id for entry in entries for staff_id in _people(entry, message)]
    outside = [Addressee(entry.email, default) for entry in entries if entry.email]
    return _once([*_addresses(staff_ids), *outside]) or _once(_addresses(_supervisors()))


def phones(message: VoicemailMessage) -> list[Phone]:
    """Return the phones that get a text about a message: one per person, each number once.

    That is the first number in use which takes texts and may be written to; who has none, gets
    none. Inactive people are left out.
    """
    entries = MailboxTexted.objects.filter(mailbox=message.mailbox_id).order_by("pk")
    staff_ids = list(dict.fromkeys(i for entry in entries for i in _people(entry, message)))
    if not staff_ids:
        return []
    usable = ContactNumber.objects.filter(
        staff__in=staff_ids, staff__active=True, enabled=True, can_sms=True
    )
    first: dict[int, Phone] = {}
    for row in usable.select_related("staff").order_by("position", "pk"):
        if row.staff and row.staff.pk not in first and texting.takes_texts(str(row.number)):
            first[row.staff.pk] = Phone(row.staff.pk, str(row.number), row.staff.language)
    found = [first[staff_id] for staff_id in staff_ids if staff_id in first]
    return list({each.number: each for each in reversed(found)}.values())[::-1]


def _people(entry: MailboxRecipient | MailboxTexted, message: VoicemailMessage) -> Iterator[int]:
    if entry.staff_id:
        yield entry.staff_id
    if entry.service_id:
        yield from _members(entry.service_id)
    if entry.on_shift:
        yield from _on_call(message)


def _members(service_id: int) -> Iterable[int]:
    entries = ServiceMember.objects.filter(service=service_id).order_by("position", "pk")
    return entries.values_list("staff_id", flat=True)


def _on_call(message: VoicemailMessage) -> Iterator[int]:
    """Yield those on duty, when the message was left, where the call was led to.

    Whoever its number or rota is diverted to goes first; then the members of a service that no
    rota answers. Whoever is on duty without a phone number reads all the same.
    """
    call = message.call
    if call is None:
        return
    if diverted := promise_owners.diverted_to(call):
        yield from diverted
        return
    service = call.service
    by_members = service is not None and service.answered_by != AnsweredBy.SCHEDULE
    if service is not None and by_members and (members := list(_members(service.pk))):
        yield from members
        return
    schedule = promise_owners.schedule_of(call, service)
    if schedule is None:
        return
    roster = queries.load_roster(schedule, message.left_at)
    on_duty = [(entry.assignee.staff, entry.assignee.service) for entry in roster.on_call]
    on_duty += [(s.staff, s.service) for s in roster.skipped if s.reason == GapReason.NO_NUMBER]
    for staff_id, service_id in on_duty:
        if staff_id:
            yield staff_id
        if service_id:
            yield from _members(service_id)


def _supervisors() -> Iterable[int]:
    entries = OrganisationSupervisor.objects.order_by("position", "pk")
    return entries.values_list("staff_id", flat=True)


def _addresses(staff_ids: Iterable[int]) -> list[Addressee]:
    ids = list(staff_ids)
    staff = Staff.objects.filter(active=True).exclude(email="").in_bulk(ids)
    return [
        Addressee(staff[i].email, staff[i].language, i, staff[i].time_zone)
        for i in ids
        if i in staff
    ]


def _once(found: Iterable[Addressee]) -> list[Addressee]:
    unique: dict[str, Addressee] = {}
    for addressee in found:
        unique.setdefault(addressee.address.lower(), addressee)
    return list(unique.values())
