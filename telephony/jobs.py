"""Writes of jobs: work made by hand, or from a call, which becomes a job.

They take validated values by field name and raise Conflict, ValidationError or Stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Conflict
from telephony import job_rows, triage
from telephony.enums import Triage, TriageAction
from telephony.models import Job


@transaction.atomic
def create(values: Mapping[str, Any]) -> Job:
    """Write a job; one from a call takes from it what is not given, and the call becomes one."""
    if values.get("call") is None:
        return job_rows.write(values)
    call = triage.lock_for_job(values["call"].pk)
    job = job_rows.write({**job_rows.values_of(call), **values})
    triage.becomes(call, TriageAction.JOB)
    return job


@transaction.atomic
def change(pk: int, version: int, values: Mapping[str, Any]) -> Job:
    """Change a job as it was read at `version`; the call that it was made from stays."""
    job = rows.lock(Job, pk, version)
    if "call" in values and values["call"] != job.call:
        raise Conflict("call_fixed", _("A job stays with the call that it was made from."))
    return job_rows.change(job, values)


@transaction.atomic
def delete(pk: int, version: int) -> None:
    """Delete a job; the call that it was made from is new again."""
    job = rows.lock(Job, pk, version)
    call = job.call
    job_rows.delete(job)
    if call is not None and call.triage == Triage.JOB:
        triage.triage(call.pk, TriageAction.REOPEN)
