"""The tables of people and of the numbers that reach them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oncall_portal.lib import phone
from oncall_portal.lib.access import can
from oncall_portal.lib.errors import Refused
from scheduling import labels, queries, services
from scheduling.access import SEE_NUMBER
from scheduling.models import ContactNumber, Staff
from scheduling.tables import names
from scheduling.tables.base import Table
from scheduling.tables.cells import Cell, Choice, Colour, Language, Named, Number, Truth, Whole
from scheduling.tables.columns import Column


class StaffTable(Table):
    """People."""

    name = Column(gettext_lazy("name"), Cell(), "name", needed=True)
    email = Column(
        gettext_lazy("e-mail"), Cell(), "email", blank="", aliases="mail|courriel|adresse e-mail"
    )
    colour = Column(gettext_lazy("colour"), Colour(), "colour", aliases="color")
    language = Column(gettext_lazy("language"), Language(), "language")
    time_zone = Column(gettext_lazy("time zone"), Cell(), "time_zone")
    extension = Column(
        gettext_lazy("extension"),
        Cell(),
        "extension",
        blank=None,
        aliases="poste|numero interne",
        text=True,
    )
    call_process = Column(
        gettext_lazy("how the numbers are rung"), Choice(labels.CALL_PROCESS), "call_process"
    )
    active = Column(gettext_lazy("active"), Truth(), "active", aliases="actif|active")
    rows = Staff.objects.order_by("name", "pk")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Read who is there, so that nobody is added a second time."""
        super().before_import(dataset, **kwargs)
        self._there = {_identity(row.name, row.email) for row in Staff.objects.all()}

    def create(self, number: int, values: dict[str, Any]) -> Staff:
        """Add a person; refuse one who is there already, by e-mail, or without one by name."""
        identity = _identity(values["name"], values.get("email", ""))
        if identity in self._there:
            message = _(
                "This person is there already: write the id and version to change them, or an"
                " e-mail of their own to add another."
            )
            raise Refused("already_there", message, "email" if "@" in identity else "name")
        self._there.add(identity)
        return services.create_staff(values)

    def change(self, number: int, row: Staff, version: int, values: dict[str, Any]) -> None:
        """Change a person."""
        services.change_staff(row.pk, version, values)

    def called(self, row: Staff, values: Mapping[str, Any]) -> str:
        """Return the name."""
        return str(values.get("name", row.name))


def _identity(name: str, email: str) -> str:
    return (email or name).casefold()


class NumberTable(Table):
    """Numbers of people and of services; masked for those who may not see them whole."""

    person = Column(gettext_lazy("person"), Cell(), "staff", blank=None, aliases="staff")
    service = Column(gettext_lazy("service"), Cell(), "service", blank=None)
    number = Column(gettext_lazy("number"), Cell(), "number", needed=True, text=True)
    label = Column(gettext_lazy("label"), Cell(), "label", blank="")
    position = Column(gettext_lazy("order"), Whole(), "position")
    ring_seconds = Column(gettext_lazy("ring time (seconds)"), Whole(), "ring_seconds", blank=None)
    call_connect = Column(
        gettext_lazy("press a key to take the call"), Truth(), "call_connect", blank=None
    )
    can_sms = Column(gettext_lazy("receives SMS"), Truth(), "can_sms", aliases="sms")
    enabled = Column(gettext_lazy("in use"), Truth(), "enabled")
    rows = ContactNumber.objects.select_related("staff", "service").order_by(
        "staff", "service", "position", "pk"
    )
    named_so = {"staff": "person"}

    def __init__(self, user: Any) -> None:
        super().__init__(user)
        self.fields["person"].widget = Named(names.people())
        self.fields["service"].widget = Named(names.services())
        self.fields["number"].widget = Number(queries.house().region)

    def dehydrate_number(self, row: ContactNumber) -> str:
        """Return the number, whole or masked."""
        number = str(row.number)
        return number if can(self.user, SEE_NUMBER, row) else phone.mask(number)

    def current(self, row: Any, field: str) -> Any:
        """Return a value; a number as E.164."""
        return str(row.number) if field == "number" else getattr(row, field)

    def create(self, number: int, values: dict[str, Any]) -> ContactNumber:
        """Add a number."""
        return services.create_contact_number(values)

    def change(self, number: int, row: ContactNumber, version: int, values: dict[str, Any]) -> None:
        """Change a number."""
        services.change_contact_number(row.pk, version, values)

    def called(self, row: ContactNumber, values: Mapping[str, Any]) -> str:
        """Return whose number it is."""
        owner = values.get("staff", row.staff) or values.get("service", row.service)
        return str(owner or "")
