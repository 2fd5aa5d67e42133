"""A caller's visit: the call, the phones rung for it, what happened, what was asked."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from telephony import labels
from telephony.enums import (
    ActionKind,
    ActionState,
    Direction,
    LegResult,
    Outcome,
    Phase,
    Triage,
)
from telephony.models.menus import MenuVersion
from telephony.models.numbers import PhoneNumber


class Call(models.Model):
    """One caller's visit; found by the inbound leg's id or its token, not by conversation."""

    token = models.CharField(_("token"), max_length=43, unique=True)
    direction = models.CharField(
        _("direction"),
        max_length=3,
        choices=labels.DIRECTION,
        default=Direction.IN.value,
        db_default=Direction.IN.value,
    )
    leg_uuid = models.CharField(
        _("leg of the caller"), max_length=64, null=True, blank=True, unique=True
    )
    api_host = models.CharField(
        _("host that controls it"),
        max_length=120,
        blank=True,
        help_text=_("Empty: the configured host."),
    )
    phone_number = models.ForeignKey(
        PhoneNumber,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("number called"),
    )
    dialled = models.CharField(_("dialled"), max_length=20)
    caller = models.CharField(_("caller"), max_length=20, blank=True)
    callback_number = models.CharField(
        _("to be called back at"), max_length=20, blank=True, default="", db_default=""
    )
    menu_version = models.ForeignKey(
        MenuVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("menu as it stood"),
    )
    service = models.ForeignKey(
        "scheduling.Service",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("service"),
    )
    language = models.CharField(_("language"), max_length=2, default="fr")
    label = models.CharField(_("label"), max_length=120, blank=True)
    phase = models.CharField(
        _("phase"), max_length=12, choices=labels.PHASE, default=Phase.RINGING.value
    )
    state = models.JSONField(_("state of the machine"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("next deadline"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=20, choices=labels.OUTCOME, blank=True, default=""
    )
    accepted_by = models.ForeignKey(
        "telephony.Leg",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken by"),
    )
    accepted_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    connected_at = models.DateTimeField(_("connected at"), null=True, blank=True)
    message_may_exist = models.BooleanField(_("a message may exist"), default=False)
    started_by = models.ForeignKey(
        "scheduling.Staff",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("placed by"),
    )
    answers = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="calls_back",
        verbose_name=_("calls back"),
    )
    triage = models.CharField(
        _("triage"), max_length=8, choices=labels.TRIAGE, default=Triage.NEW.value
    )
    urgent = models.BooleanField(
        _("urgent"),
        default=False,
        db_default=False,
        help_text=_("The caller was missed twice within a quarter of an hour."),
    )
    numbers_erased_at = models.DateTimeField(_("numbers erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-started_at", "-pk"]
        indexes = [
            # watchdog._deadlines: live calls whose deadline has passed
            models.Index(
                fields=["deadline_at"], name="call_deadline", condition=Q(deadline_at__isnull=False)
            ),
            # the list of calls, newest first
            models.Index(fields=["-started_at"], name="call_started"),
            # entry: how many calls a number has now; the page of calls in progress
            models.Index(
                fields=["phone_number"], name="call_live_number", condition=Q(ended_at=None)
            ),
            # the inbox: what nobody has dealt with yet, newest first
            models.Index(fields=["-started_at"], name="call_new", condition=Q(triage="new")),
            # calls of one caller, newest first
            models.Index(fields=["caller", "-started_at"], name="call_caller"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(phase__in=[p.value for p in Phase]), name="call_phase_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=[o.value for o in Outcome]),
                name="call_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(triage__in=[t.value for t in Triage]), name="call_triage_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(outcome=""), name="call_ended_has_outcome"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")),
                name="call_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=[d.value for d in Direction]),
                name="call_direction_known",
            ),
            models.CheckConstraint(
                condition=Q(direction=Direction.OUT.value) | Q(leg_uuid__isnull=False),
                name="call_received_has_leg",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M:%S} {self.dialled}"

    @property
    def caller_leg(self) -> str:
        """Return the platform's id of the caller's leg, "" while a call of ours has none yet."""
        return self.leg_uuid or ""


class Leg(models.Model):
    """One phone rung for a call; rung, picked up, accepted and talked stay apart."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="legs", verbose_name=_("call"))
    ordinal = models.PositiveSmallIntegerField(_("number in the call"))
    token = models.CharField(_("token"), max_length=43, unique=True)
    uuid = models.CharField(_("platform's id"), max_length=64, null=True, blank=True, unique=True)
    number = models.CharField(_("number"), max_length=20)
    name = models.CharField(_("name"), max_length=160)
    staff = models.ForeignKey(
        "scheduling.Staff",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="legs",
        verbose_name=_("person"),
    )
    service = models.ForeignKey(
        "scheduling.Service",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="legs",
        verbose_name=_("service"),
    )
    screened = models.BooleanField(_("asks for a key"), default=True)
    dialled_at = models.DateTimeField(_("dialled at"))
    rang_at = models.DateTimeField(_("rang at"), null=True, blank=True)
    picked_up_at = models.DateTimeField(_("picked up at"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    result = models.CharField(
        _("result"), max_length=12, choices=labels.LEG_RESULT, blank=True, default=""
    )

    class Meta:
        verbose_name = _("phone rung")
        verbose_name_plural = _("phones rung")
        ordering = ["call", "ordinal"]
        indexes = [
            # engine: is this phone in use by another call right now
            models.Index(fields=["number"], name="leg_open_number", condition=Q(ended_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["call", "ordinal"], name="leg_ordinal_once"),
            models.CheckConstraint(
                condition=Q(result="") | Q(result__in=[r.value for r in LegResult]),
                name="leg_result_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CallEvent(models.Model):
    """One thing that happened in a call, with its code and parameters; only ever added."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="events", verbose_name=_("call"))
    leg = models.ForeignKey(
        Leg, models.CASCADE, null=True, blank=True, related_name="events", verbose_name=_("phone")
    )
    at = models.DateTimeField(_("at"))
    code = models.CharField(_("code"), max_length=40)
    params = models.JSONField(_("parameters"), default=dict, blank=True)

    class Meta:
        verbose_name = _("event of a call")
        verbose_name_plural = _("events of calls")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} UTC"


class CallAction(models.Model):
    """Something the machine decided to ask of the platform; a row before it is a request."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="actions", verbose_name=_("call"))
    leg = models.ForeignKey(
        Leg, models.CASCADE, null=True, blank=True, related_name="actions", verbose_name=_("phone")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=labels.ACTION_KIND)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=labels.ACTION_STATE, default=ActionState.PENDING.value
    )
    created_at = models.DateTimeField(_("decided at"))
    not_before = models.DateTimeField(_("not before"))
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("request to the platform")
        verbose_name_plural = _("requests to the platform")
        ordering = ["pk"]
        indexes = [
            # watchdog._due_actions: what nobody has carried out yet
            models.Index(
                fields=["not_before"],
                name="action_open",
                condition=Q(state__in=["pending", "sending"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in ActionKind]), name="action_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in ActionState]), name="action_state_known"
            ),
            # a phone is dialled at most once per leg, whatever goes wrong
            models.UniqueConstraint(
                fields=["leg"], name="action_one_dial_per_leg", condition=Q(kind="dial")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class WebhookReceipt(models.Model):
    """A webhook that was answered, with the answer, so that a retry gets the same one."""

    jti = models.CharField(_("token id"), max_length=80, unique=True)
    path = models.CharField(_("path"), max_length=200)
    body_hash = models.CharField(_("hash of the body"), max_length=64)
    received_at = models.DateTimeField(_("received at"))
    status = models.PositiveSmallIntegerField(_("status answered"), default=200)
    response = models.JSONField(_("answer"), null=True, blank=True)

    class Meta:
        verbose_name = _("webhook received")
        verbose_name_plural = _("webhooks received")
        constraints = [
            # the platform's retry may carry a fresh jti, but the same path and body
            models.UniqueConstraint(fields=["path", "body_hash"], name="receipt_path_body_once"),
        ]

    def __str__(self) -> str:
        return f"{self.received_at:%H:%M:%S} {self.path}"


class DialAllowance(models.Model):
    """The account's allowance of new calls: one row with the latest dials, taken under a lock."""

    recent = ArrayField(models.DateTimeField(), verbose_name=_("latest dials"), default=list)

    class Meta:
        verbose_name = _("dial allowance")
        verbose_name_plural = _("dial allowance")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="dial_allowance_only_one"),
        ]

    def __str__(self) -> str:
        return str(len(self.recent))
