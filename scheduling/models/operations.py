"""The log of operations: who changed the rota when, from what to what."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scheduling import labels
from scheduling.enums import OperationKind, OperationState
from scheduling.models.rota import Schedule

_REVERSALS = (OperationKind.UNDONE.value, OperationKind.REDONE.value)


class RotaOperation(models.Model):
    """One change of a schedule's rota, of one row or many, undone and redone as a whole.

    Entries stay as they were written but for `state`. Undoing or redoing writes an entry of its
    own, which names the `original`; so the changes of all entries, in order, are the whole history.
    `changes` is a list of {"model", "id", "before", "after"} with all values of a row.
    """

    schedule = models.ForeignKey(
        Schedule,
        models.SET_NULL,
        null=True,
        related_name="operations",
        db_index=False,  # the history's index begins with it
        verbose_name=_("schedule"),
    )
    schedule_name = models.CharField(_("name of the schedule"), max_length=120)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Nobody: the portal itself."),
    )
    author_name = models.CharField(_("name of the author"), max_length=310, blank=True)
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=30, choices=labels.OPERATION_KIND)
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=labels.OPERATION_STATE,
        default=OperationState.DONE.value,
    )
    original = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="reversals",
        verbose_name=_("undoes or redoes"),
    )
    changes = models.JSONField(_("changes"))

    class Meta:
        verbose_name = _("change of the rota")
        verbose_name_plural = _("changes of the rota")
        ordering = ["-pk"]
        indexes = [
            # the history of a schedule, latest first
            models.Index(F("schedule"), F("id").desc(), name="operation_history"),
            # operations.available: what the next undo takes, and the next redo
            models.Index(
                F("schedule"), F("id").desc(), name="operation_next_undo", condition=Q(state="done")
            ),
            models.Index(
                F("schedule"), F("id"), name="operation_next_redo", condition=Q(state="undone")
            ),
            # operations.last_touching: who changed this row last
            GinIndex(fields=["changes"], opclasses=["jsonb_path_ops"], name="operation_of_a_row"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in OperationKind]), name="operation_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in OperationState]),
                name="operation_state_known",
            ),
            models.CheckConstraint(
                condition=Q(original=None) & ~Q(kind__in=_REVERSALS)
                | Q(
                    original__isnull=False,
                    kind__in=_REVERSALS,
                    state=OperationState.FIXED.value,
                ),
                name="operation_reversal_names_original",
            ),
            models.CheckConstraint(condition=~Q(changes=[]), name="operation_changes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.schedule_name})"
