"""Voice menus: levels, keys, where each leads, and every version that calls were answered with."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from oncall_portal.lib import texts
from telephony import labels, timing
from telephony.enums import GoalKind
from telephony.models.prompts import Prompt
from telephony.models.targets import Target

# The target that each kind needs; the other kinds have none.
NEEDS = {
    GoalKind.SERVICE.value: "service",
    GoalKind.SCHEDULE.value: "schedule",
    GoalKind.MENU.value: "submenu",
    GoalKind.TRANSFER.value: "transfer_number",
    GoalKind.ANNOUNCEMENT.value: "prompt",
}
# Keys of a telephone, and what else may happen where a key is awaited.
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#")
OTHERWISE = ("no_key", "wrong_key", "too_many")


def _has(field: str, wanted: bool) -> Q:
    if field == "transfer_number":
        return ~Q(transfer_number="") if wanted else Q(transfer_number="")
    return Q(**{f"{field}__isnull": not wanted})


def _fits() -> Q:
    """Return that exactly the target which the kind needs is given."""
    found = Q()
    for kind in GoalKind:
        fits = Q(kind=kind.value)
        for field in NEEDS.values():
            fits &= _has(field, NEEDS.get(kind.value) == field)
        found |= fits
    return found


class Destination(Target):
    """Where a caller goes; a message that ends this way goes into `mailbox`."""

    kind = models.CharField(_("leads to"), max_length=16, choices=labels.GOAL)
    schedule = models.ForeignKey(
        "scheduling.Schedule",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("schedule"),
    )
    submenu = models.ForeignKey(
        "telephony.Menu",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("menu"),
    )
    transfer_number = PhoneNumberField(_("number to transfer to"), blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=_fits(),
                name="%(class)s_target_fits",
                violation_error_message=_("Give the target that this kind leads to, only."),
            ),
        ]


class Menu(models.Model):
    """One level of a voice menu; a root stands alone, the others hang from a key of their parent.

    `welcome_prompt` is said instead of `welcome`; messages of this level go into `mailbox`.
    """

    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("under"),
    )
    welcome = models.JSONField(
        _("welcome"),
        default=dict,
        blank=True,
        validators=[texts.AtMost(timing.SPOKEN_CHARACTERS)],
    )
    welcome_prompt = models.ForeignKey(
        Prompt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="welcomes",
        verbose_name=_("welcome as a prompt"),
    )
    tries = models.PositiveSmallIntegerField(
        _("tries"), default=3, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    wait_seconds = models.PositiveSmallIntegerField(
        _("wait for a key (seconds)"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    mailbox = models.ForeignKey(
        "voicemail.Mailbox",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("mailbox"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("menu")
        verbose_name_plural = _("menus")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tries__gte=1, tries__lte=9), name="menu_tries_1_to_9"
            ),
            models.CheckConstraint(
                condition=Q(wait_seconds__gte=1, wait_seconds__lte=10), name="menu_wait_seconds"
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("pk")), name="menu_not_under_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MenuOption(Destination):
    """A key of a menu, or what follows no key, a wrong key, and too many tries."""

    menu = models.ForeignKey(Menu, models.CASCADE, related_name="options", verbose_name=_("menu"))
    key = models.CharField(_("key"), max_length=9)
    name = models.JSONField(
        _("name"),
        default=dict,
        blank=True,
        validators=[texts.AtMost(timing.KEY_NAME_CHARACTERS)],
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta(Destination.Meta):
        verbose_name = _("option of a menu")
        verbose_name_plural = _("options of menus")
        ordering = ["position", "pk"]
        constraints = [
            *Destination.Meta.constraints,
            models.UniqueConstraint(
                fields=["menu", "key"],
                name="menu_key_once",
                violation_error_message=_("This key is used already."),
            ),
            models.CheckConstraint(condition=Q(key__in=[*KEYS, *OTHERWISE]), name="menu_key_known"),
            # each level hangs from one key, so that the tree has no second way to it
            models.UniqueConstraint(
                fields=["submenu"],
                name="menu_under_one_key",
                violation_error_message=_("Another key leads to this menu already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {texts.choose(self.name, get_language() or 'en')}"


class MenuVersion(models.Model):
    """A whole menu as it stood, frozen for the calls that arrived under it; never changed.

    `root` is None for what is made of the house's data: the default scenario, the closed menu.
    """

    root = models.ForeignKey(
        Menu,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="versions",
        verbose_name=_("menu"),
    )
    number = models.PositiveIntegerField(_("version"), default=1)
    content = models.JSONField(_("content"))
    content_hash = models.CharField(_("checksum"), max_length=64)
    created_at = models.DateTimeField(_("saved at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("saved by"),
    )

    class Meta:
        verbose_name = _("version of a menu")
        verbose_name_plural = _("versions of menus")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["root", "number"], name="menu_version_once"),
            models.UniqueConstraint(
                fields=["content_hash"],
                name="menu_version_of_the_house_once",
                condition=Q(root=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.root or _('standard')} {self.number}"
