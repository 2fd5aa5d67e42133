"""Every write of scheduling: checked, atomic, and never over somebody else's change.

All take validated values by field name and raise Refused (a rule of the house), ValidationError
(a field or constraint), Stale (changed since it was read), ProtectedError (still referred to) or
Conflict (it does not fit how things stand now).
"""

from __future__ import annotations

from scheduling.services.calendar_imports import (
    Choice,
    Imported,
    Line,
    import_calendar,
    look_at_calendar,
)
from scheduling.services.copy import (
    MOST_COPIES,
    MOST_TARGETS,
    Copied,
    Wish,
    copy_shifts,
    preview_copy,
)
from scheduling.services.diverts import change_divert, create_divert, end_divert
from scheduling.services.feeds import create_feed, renew_feed, revoke_feed
from scheduling.services.house import change_organisation, organisation
from scheduling.services.imports import ShiftRow, import_shifts
from scheduling.services.intended_gaps import (
    change_intended_gap,
    create_intended_gap,
    delete_intended_gap,
)
from scheduling.services.overrides import (
    TARGETS,
    Placed,
    change_override,
    create_override,
    delete_override,
    remains,
)
from scheduling.services.people import (
    acceptable_number,
    change_category,
    change_contact_number,
    change_service,
    change_staff,
    check_may_be_called,
    create_category,
    create_contact_number,
    create_service,
    create_staff,
    deactivate_staff,
    delete_category,
    delete_contact_number,
    delete_service,
    delete_staff,
    mark_number_verified,
)
from scheduling.services.rota import (
    change_schedule,
    create_schedule,
    delete_schedule,
)
from scheduling.services.rotations import (
    change_rotation,
    create_rotation,
    delete_rotation,
    draft_rule,
    extend_all,
)
from scheduling.services.seen import mark_seen
from scheduling.services.shifts import (
    add_shifts,
    change_shift,
    create_shift,
    delete_shift,
    draft_shift,
    move_shift,
)
from scheduling.services.splits import move_following
from scheduling.services.swaps import (
    accept_swap,
    decline_swap,
    offer_swap,
    take_over,
    withdraw_swap,
)
from scheduling.services.templates import change_template, create_template, delete_template
from scheduling.services.time_off import change_time_off, create_time_off, delete_time_off
from scheduling.services.undo import redo, undo

__all__ = [
    "MOST_COPIES",
    "MOST_TARGETS",
    "TARGETS",
    "Choice",
    "Copied",
    "Imported",
    "Line",
    "Placed",
    "ShiftRow",
    "Wish",
    "accept_swap",
    "acceptable_number",
    "add_shifts",
    "change_category",
    "change_contact_number",
    "change_divert",
    "change_intended_gap",
    "change_organisation",
    "change_override",
    "change_rotation",
    "change_schedule",
    "change_service",
    "change_shift",
    "change_staff",
    "change_template",
    "change_time_off",
    "check_may_be_called",
    "copy_shifts",
    "create_category",
    "create_contact_number",
    "create_divert",
    "create_feed",
    "create_intended_gap",
    "create_override",
    "create_rotation",
    "create_schedule",
    "create_service",
    "create_shift",
    "create_staff",
    "create_template",
    "create_time_off",
    "deactivate_staff",
    "decline_swap",
    "delete_category",
    "delete_contact_number",
    "delete_intended_gap",
    "delete_override",
    "delete_rotation",
    "delete_schedule",
    "delete_service",
    "delete_shift",
    "delete_staff",
    "delete_template",
    "delete_time_off",
    "draft_rule",
    "draft_shift",
    "end_divert",
    "extend_all",
    "import_calendar",
    "import_shifts",
    "look_at_calendar",
    "mark_number_verified",
    "mark_seen",
    "move_following",
    "move_shift",
    "offer_swap",
    "organisation",
    "preview_copy",
    "redo",
    "remains",
    "renew_feed",
    "revoke_feed",
    "take_over",
    "undo",
    "withdraw_swap",
]
