"""Which host may be sent our application's token: the configured one, or the platform's own."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlsplit

logger = logging.getLogger(__name__)

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_REAL = re.compile(rf"(?:{_LABEL}\.){{1,8}}(?:vonage|nexmo)\.com")
# What may follow the host of a recording: no backslash, space or control character, nothing that
# two parsers could read in two ways.
_PATH = re.compile(r"/[\w./~%:@!$&'()*+,;=-]*(?:\?[\w./~%:@!$&'()*+,;=?-]*)?", re.ASCII)


def allowed_host(candidate: str, configured: str) -> str:
    """Return the host to send a request to: `candidate` where it may be trusted, else `configured`.

    Both are `host[:port]`; a candidate may also be `https://host`, as region URLs come, or empty.
    Trusted is exactly the configured host, or, when that is a real host of the platform, any real
    one. User names, other ports, trailing dots and other schemes never are.
    """
    host = candidate.removeprefix("https://").removesuffix("/").lower()
    if host == "" or host == configured.lower():
        return configured
    if candidate.isascii() and _is_real(host) and _is_real(configured.lower()):
        return host
    logger.warning("api_host_refused host=%r using=%s", candidate[:60], configured)
    return configured


def trusted_url(url: str, configured: str) -> str | None:
    """Return `url` rebuilt from the parts that were checked, None when it leads elsewhere."""
    try:
        # urlsplit quietly drops tabs and line ends, which nothing honest holds.
        parts = urlsplit(url if url.isascii() and url.isprintable() else "")
    except ValueError:
        return None
    host = parts.netloc.lower()
    rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if parts.scheme != "https" or not host or not _PATH.fullmatch(rest):
        return None
    if allowed_host(host, configured).lower() != host:
        return None
    return f"https://{host}{rest}"


def _is_real(host: str) -> bool:
    return len(host) <= 253 and _REAL.fullmatch(host) is not None
