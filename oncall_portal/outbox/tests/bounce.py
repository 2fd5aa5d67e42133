"""What mail servers write when an e-mail cannot be delivered after all, as Postfix words it."""

from __future__ import annotations

_REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: oncall@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Sun, 22 Nov 2026 03:12:30 +0100 (CET)

Final-Recipient: rfc822; amelie@example.org
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <amelie@example.org>:
    User unknown

--B
Content-Type: {returned}

From: oncall@example.org
To: amelie@example.org
Subject: Message
Message-ID: {message_id}

{rest}
--B--
"""


def report(
    message_id: str,
    *,
    action: str = "failed",
    returned: str = "message/rfc822",
    rest: str = "A caller left a message.",
) -> bytes:
    """Return a report about the e-mail with this Message-ID."""
    filled = _REPORT.format(message_id=message_id, action=action, returned=returned, rest=rest)
    return filled.replace("\n", "\r\n").encode()
