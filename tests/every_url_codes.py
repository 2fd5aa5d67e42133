"""What an address answers nobody, staff, supervisor, manager and administrator, by name."""

from __future__ import annotations

Codes = tuple[int, int, int, int, int]
Row = dict[str, Codes]

NEVER: Codes = (401, 405, 405, 405, 405)
STAFF_SEE: Codes = (401, 200, 200, 200, 200)
STAFF_SEE_OWN: Codes = (401, 404, 200, 200, 200)
OWN_TO_MANAGERS: Codes = (401, 404, 404, 200, 200)
SUPERVISORS_SEE: Codes = (401, 403, 200, 200, 200)
MANAGERS_SEE: Codes = (401, 403, 403, 200, 200)
MANAGERS_WRITE: Codes = (401, 403, 403, 400, 400)
MANAGERS_SEND_A_FORM: Codes = (401, 403, 403, 415, 415)
SIGNED_ONLY: Codes = (401, 401, 401, 401, 401)
NOT_THIS_WAY: Codes = (405, 405, 405, 405, 405)
ANYBODY: Codes = (200, 200, 200, 200, 200)

NOBODYS: Codes = (302, 404, 404, 403, 403)
TO_LOGIN: Codes = (302, 302, 302, 302, 302)
ENTER: Codes = (302, 302, 200, 200, 200)
MANAGERS: Codes = (302, 302, 403, 200, 200)
BOSS: Codes = (302, 302, 403, 403, 200)
CLOSED: Codes = (302, 302, 403, 403, 403)
