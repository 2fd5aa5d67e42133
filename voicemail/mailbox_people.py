"""The lists of who gets the messages of a mailbox, as its page offers them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.admin import ListInline
from scheduling.models import Service
from voicemail import reachable
from voicemail.models import MailboxRecipient, MailboxTexted
from voicemail.reachable import NOBODY, Reach

# Where on the page of a person it is put right.
ADDRESS, NUMBERS = "#id_email", "#numbers-group"


@dataclass(frozen=True)
class Unreached:
    """Somebody whom nothing reaches yet, and where on their page it is put right."""

    name: str
    url: str


@dataclass(frozen=True)
class Short:
    """A service not all of whose members get the messages."""

    name: str
    told: str
    without: list[Unreached]


class Options(forms.Select):
    """Choices that say what becomes of the messages; those whom nothing reaches stand greyed."""

    def __init__(self, told: Callable[[int], str], greyed: Callable[[int], bool]) -> None:
        super().__init__()
        self.told, self.greyed = told, greyed

    def create_option(
        self,
        name: str,
        value: Any,
        label: int | str,
        selected: bool,
        index: int,
        *args: Any,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Return one choice with what is to be known of it."""
        option = super().create_option(name, value, label, selected, index, *args, **kwargs)
        pk = getattr(value, "value", value)
        if pk:
            told = self.told(int(pk))
            option["label"] = f"{label} ({told})" if told else label
            if self.greyed(int(pk)) and not selected:  # a browser would not send a chosen one
                option["attrs"]["disabled"] = True
        return option


class People(ListInline):
    """Who gets the messages in one way."""

    fields: ClassVar[tuple[str, ...]] = ()
    template = "admin/voicemail/mailbox/people.html"
    anchor = ""
    lacks: Any = ""
    to_do: Any = ""
    reach: Reach

    class Media:
        css = {"all": ("css/mailbox.css",)}

    def value(self, entry: Any) -> dict[str, Any]:
        """Return the members that are set."""
        return {name: entry[name] for name in self.fields if entry[name]}

    def find_reach(self) -> Reach:
        """Return who can be reached in this way."""
        raise NotImplementedError

    def team_words(self, pk: int) -> str:
        """Return how many members of a service get the messages."""
        raise NotImplementedError

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Ask once per page who can be reached."""
        self.reach = self.find_reach()
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Say of each choice what becomes of the messages."""
        if db_field.name == "staff":
            kwargs["widget"] = Options(
                self.person_words, lambda pk: pk in self.reach.without or pk in self.reach.left
            )
        elif db_field.name == "service":
            kwargs["widget"] = Options(self.team_words, lambda _pk: False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def person_words(self, pk: int) -> str:
        """Return why a person gets no messages; "" for whoever does."""
        if pk in self.reach.left:
            return gettext("not active any more")
        return str(self.lacks) if pk in self.reach.without else ""

    def unreached(self) -> list[Unreached]:
        """Return who cannot be chosen yet."""
        return list(self._people(self.reach.without.items()))

    def short(self) -> list[Short]:
        """Return the services of which somebody gets nothing."""
        services = Service.objects.in_bulk([pk for pk, t in self.reach.teams.items() if t.without])
        return [
            Short(str(row), self.team_words(pk), list(self._people(team.without.items())))
            for pk, row in services.items()
            for team in [self.reach.teams[pk]]
        ]

    def _people(self, found: Any) -> Iterator[Unreached]:
        for pk, name in found:
            page = reverse("admin:scheduling_staff_change", args=[pk])
            yield Unreached(name, f"{page}{self.anchor}")


class Recipients(People):
    """Who gets the messages by e-mail."""

    model = MailboxRecipient
    taken_as = "recipients"
    fields = ("staff", "service", "email", "on_shift")
    verbose_name_plural = _("Who gets the messages by e-mail")
    note = _("One of the four in each row; a service stands for its members.")
    anchor = ADDRESS
    lacks = _("no e-mail address")
    to_do = _("Add an e-mail address")

    def find_reach(self) -> Reach:
        """Return who has an e-mail address."""
        return reachable.by_mail()

    def team_words(self, pk: int) -> str:
        """Return how many members of a service have an e-mail address."""
        team = self.reach.teams.get(pk, NOBODY)
        if not team.members:
            return gettext("it has no members")
        words = gettext("%(reached)d of %(members)d members have an e-mail address")
        return words % {"reached": team.reached, "members": team.members}


class Texted(People):
    """Who gets a text with a link to the message."""

    model = MailboxTexted
    taken_as = "sms_link_to"
    fields = ("staff", "service", "on_shift")
    verbose_name = _("recipient of a text")
    verbose_name_plural = _("Who gets a text with a link")
    note = _("One of the three in each row; a service stands for its members.")
    anchor = NUMBERS
    lacks = _("no number in use that takes texts")
    to_do = _("Add a number that takes texts")

    def find_reach(self) -> Reach:
        """Return who has a number in use that takes texts."""
        return reachable.by_text()

    def team_words(self, pk: int) -> str:
        """Return how many members of a service can get a text."""
        team = self.reach.teams.get(pk, NOBODY)
        if not team.members:
            return gettext("it has no members")
        words = gettext("%(reached)d of %(members)d members can get texts")
        return words % {"reached": team.reached, "members": team.members}
