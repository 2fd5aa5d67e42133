"""With Redis, worker and beat stopped, calls go on; what waits leaves once they are back."""

from __future__ import annotations

import psutil
import pytest

from oncall_portal.runner import redis
from tests.cast import BRUNO, SAM, SAM_MAIL
from tests.whole import Whole
from tests.whole_cast import NIGHT_LINE


def stop_helpers(whole: Whole) -> None:
    """Stop Redis, worker and beat; first the runner, which would start them again."""
    portal = whole.portal
    helpers = [psutil.Process(portal.pids(name)[-1]) for name in ("worker", "beat")]
    portal.kill()
    portal.process = None
    for helper in helpers:
        helper.terminate()
    _, alive = psutil.wait_procs(helpers, timeout=60)
    assert alive == []
    var = portal.folder / "var"
    broker = redis.server(var / "redis", var / "run")
    assert broker is not None
    broker.stop()
    assert broker.running() is None


def night_call(whole: Whole) -> None:
    """Call the line that nobody is on call for, which alerts the supervisor who then answers."""
    call = whole.dial(NIGHT_LINE)
    assert whole.ended(call) == "connected"
    assert whole.talks_to(call) == [SAM]


def alerts(whole: Whole) -> int:
    """How many of the alerts have come to the mail server."""
    found = whole.mails(SAM_MAIL)
    return sum(mail["Subject"] == "Nobody was on call for Night line" for mail in found)


@pytest.mark.requirement("PLA-13")
def test_calls_go_on_and_their_alerts_leave_once_later(whole: Whole) -> None:
    whole.phone(SAM, "answers:0.5,press=1,press_after_s=0.5,talks=1")
    for _ in range(3):
        night_call(whole)
    whole.wait(lambda: alerts(whole) == 3)
    stop_helpers(whole)
    for _ in range(3):
        night_call(whole)
    whole.phone(BRUNO, "answers:0.5,press=1,press_after_s=0.5,talks=1")
    call = whole.dial()
    assert (whole.ended(call), whole.talks_to(call)) == ("connected", [BRUNO])
    waiting = "SELECT count(*) FROM outbox_outgoingmessage WHERE state = 'queued' AND attempts = 0"
    assert (alerts(whole), whole.portal.query(waiting)) == (3, 3)
    whole.start()
    whole.wait(lambda: whole.portal.query(waiting) == 0 and alerts(whole) >= 6)
    again = "SELECT count(*) FROM outbox_outgoingmessage WHERE state = 'failed' OR attempts <> 1"
    assert (alerts(whole), whole.portal.query(again)) == (6, 0)
