"""What callers were promised, and what the office says about their calls."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from telephony import labels
from telephony.enums import PromiseKind, PromiseState
from telephony.models.calls import Call


class Promise(models.Model):
    """Whoever left a message or asked to be called back is, by `owner` and until `due_at`.

    While nobody has taken it up (`touched_at`), others are told at `next_at`; `escalations` counts
    how often they were. `kept_by` is the call back that connected, `reason` why there was none.
    """

    call = models.OneToOneField(
        Call, models.CASCADE, related_name="promise", verbose_name=_("call")
    )
    kind = models.CharField(_("kind"), max_length=9, choices=labels.PROMISE_KIND)
    state = models.CharField(
        _("state"), max_length=6, choices=labels.PROMISE_STATE, default=PromiseState.OPEN.value
    )
    owner = models.ForeignKey(
        "scheduling.Staff",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="promises",
        verbose_name=_("owner"),
    )
    # whoever else was told of it: they may take it up, from the link that they got
    told = models.ManyToManyField(
        "scheduling.Staff", related_name="+", blank=True, verbose_name=_("told of it")
    )
    made_at = models.DateTimeField(_("promised at"))
    due_at = models.DateTimeField(_("due at"))
    touched_at = models.DateTimeField(_("taken up at"), null=True, blank=True)
    escalations = models.PositiveSmallIntegerField(_("escalations"), default=0)
    next_at = models.DateTimeField(_("next escalation at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.CharField(_("done by"), max_length=160, blank=True)
    kept_by = models.ForeignKey(
        Call,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kept by the call"),
    )
    reason = models.CharField(_("why not"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["due_at", "pk"]
        indexes = [
            # promises.escalate_next: what is to go on to others, longest due first
            models.Index(
                fields=["next_at"], name="promise_next", condition=Q(next_at__isnull=False)
            ),
            # the inbox: what is promised and not done, most urgent first
            models.Index(fields=["due_at"], name="promise_open", condition=Q(state="open")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in PromiseKind]),
                name="promise_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(state=PromiseState.OPEN.value, done_at=None)
                | Q(state=PromiseState.KEPT.value, done_at__isnull=False, next_at=None)
                | (
                    Q(state=PromiseState.WAIVED.value, done_at__isnull=False, next_at=None)
                    & ~Q(reason="")
                ),
                name="promise_done_or_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.call)


class CallComment(models.Model):
    """What somebody of the office wrote about a call."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="comments", verbose_name=_("call"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    author_name = models.CharField(_("written by"), max_length=160)
    text = models.TextField(_("comment"), max_length=4000)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
