"""Tables of scheduling."""

from __future__ import annotations

from scheduling.models.absence import TimeOff
from scheduling.models.divert import Divert
from scheduling.models.feeds import CalendarFeed, FeedEvent, ImportedEvent
from scheduling.models.notices import DutyNotice, RotaSeen
from scheduling.models.operations import RotaOperation
from scheduling.models.organisation import Organisation, OrganisationSupervisor
from scheduling.models.people import (
    ContactNumber,
    Service,
    ServiceCategory,
    ServiceMember,
    Staff,
)
from scheduling.models.rota import CoverageAlert, Schedule, ScheduleSupervisor, Shift
from scheduling.models.rotation import Rotation, RotationParticipant
from scheduling.models.standin import IntendedGap, Override
from scheduling.models.swap import SwapRequest
from scheduling.models.template import ShiftTemplate

__all__ = [
    "CalendarFeed",
    "ContactNumber",
    "CoverageAlert",
    "Divert",
    "DutyNotice",
    "FeedEvent",
    "ImportedEvent",
    "IntendedGap",
    "Organisation",
    "OrganisationSupervisor",
    "Override",
    "RotaOperation",
    "RotaSeen",
    "Rotation",
    "RotationParticipant",
    "Schedule",
    "ScheduleSupervisor",
    "Service",
    "ServiceCategory",
    "ServiceMember",
    "Shift",
    "ShiftTemplate",
    "Staff",
    "SwapRequest",
    "TimeOff",
]
