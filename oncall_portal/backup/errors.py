"""What several parts of a backup refuse."""

from __future__ import annotations

from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Refused


def damaged() -> Refused:
    """Return the refusal of a file that is not what was once written."""
    return Refused(
        "backup_damaged",
        _("The file is no backup, or it is incomplete or was changed; take another one."),
    )
