"""Tables of scheduling."""

from __future__ import annotations

from scheduling.models.divert import Divert
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

__all__ = [
    "ContactNumber",
    "CoverageAlert",
    "Divert",
    "Organisation",
    "OrganisationSupervisor",
    "RotaOperation",
    "Schedule",
    "ScheduleSupervisor",
    "Service",
    "ServiceCategory",
    "ServiceMember",
    "Shift",
    "Staff",
]
