"""Background work of voicemail."""

from __future__ import annotations

from celery import shared_task

from oncall_portal.lib import clock
from oncall_portal.outbox import doorbell
from telephony.provider import get_provider
from voicemail import downloads, leftovers, notify, retaining, transcripts
from voicemail.intake import DOWNLOAD_RECORDINGS, FETCH_TRANSCRIPTS
from voicemail.takes import ANNOUNCE_MESSAGES


# Fifteen requests a second are all that the platform takes; a caller who is to be moved goes first.
@shared_task(name=DOWNLOAD_RECORDINGS, ignore_result=True, rate_limit="8/s")
def download_recordings() -> None:
    """Fetch one recording that is due, so that a slow platform keeps no worker; then the next."""
    if downloads.download_next(clock.now(), get_provider()):
        doorbell.ring(DOWNLOAD_RECORDINGS)


@shared_task(name=FETCH_TRANSCRIPTS, ignore_result=True, rate_limit="2/s")
def fetch_transcripts() -> None:
    """Fetch the words of one message that are due, then the next."""
    if transcripts.fetch_next(clock.now(), get_provider()):
        doorbell.ring(FETCH_TRANSCRIPTS)


@shared_task(name=ANNOUNCE_MESSAGES, ignore_result=True)
def announce_messages() -> None:
    """Write about messages whose recordings keep people waiting, or that had no reader so far."""
    while notify.tell_next(clock.now()):
        pass


@shared_task(name="voicemail.remove_leftovers", ignore_result=True)
def remove_leftovers() -> None:
    """Delete the files that a worker left who died before their row was written."""
    leftovers.remove_leftovers(clock.now())


@shared_task(name="voicemail.retain", ignore_result=True)
def retain() -> None:
    """Take away what was kept for as long as it may be."""
    retaining.run(clock.now())
