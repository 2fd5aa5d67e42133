"""A platform of this process: it serves recordings, or fails as told."""

from __future__ import annotations

from telephony.provider import Audio, ProviderError


class Shelf:
    """Recordings by URL; an error in a recording's place is raised. Keeps what was asked for."""

    def __init__(self, **content: bytes | ProviderError) -> None:
        self.content = content
        self.asked: list[str] = []

    def fetch_recording(self, url: str, *, max_bytes: int) -> Audio:
        """Serve the recording named by the end of `url`."""
        self.asked.append(url)
        found = self.content[url.rpartition("/")[2]]
        if isinstance(found, ProviderError):
            raise found
        return Audio(found, "application/octet-stream")
