"""What docs/job-webhook.md tells another system to run, run on what the portal sends."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from scheduling.tests.facts import at
from telephony.hook_channel import signature

pytestmark = pytest.mark.requirement("PLN-07")
SECRET, BODY, NOON = "s3cret-of-37", '{"job":{"title":"Chaudière"}}'.encode(), at(12)


def block(language: str) -> str:
    """Return the first block of the page in a language."""
    page = (Path(settings.BASE_DIR) / "docs" / "job-webhook.md").read_text()
    found = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("secret", "body", "later", "genuine"),
    [
        (SECRET, BODY, 0, True),
        (SECRET, BODY, 299, True),
        (SECRET, BODY, 301, False),
        (SECRET, BODY + b" ", 0, False),
        ("another", BODY, 0, False),
    ],
)
def test_the_python_tells_what_is_genuine(
    secret: str, body: bytes, later: int, genuine: bool
) -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102 - our own page
    header = signature(SECRET, BODY, NOON)
    assert names["is_genuine"](secret, header, body, NOON.timestamp() + later) is genuine


@pytest.mark.parametrize("header", ["", "t=,v1=", "v1=abc", "t=abc,v1=def", "nonsense"])
def test_the_python_refuses_what_is_no_signature(header: str) -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102 - our own page
    assert names["is_genuine"](SECRET, header, BODY, NOON.timestamp()) is False


@pytest.mark.parametrize(("secret", "said"), [(SECRET, "genuine"), ("another", "forged")])
def test_the_shell_tells_what_is_genuine(tmp_path: Path, secret: str, said: str) -> None:
    (tmp_path / "body.json").write_bytes(BODY)
    known = {"SECRET": secret, "HEADER": signature(SECRET, BODY, NOON), "PATH": "/usr/bin:/bin"}
    script = ["sh", "-c", block("sh")]
    told = subprocess.run(script, cwd=tmp_path, env=known, capture_output=True, check=True)
    assert told.stdout.decode().strip() == said
