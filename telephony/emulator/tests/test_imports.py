"""The emulator stands alone: it imports nothing of the product, and the product nothing of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

EMULATOR = Path(__file__).parents[1]
ROOT = EMULATOR.parents[1]
PRODUCT = {
    "django",
    "rest_framework",
    "celery",
    "oncall_portal",
    "scheduling",
    "voicemail",
    "vonage",
}
# The command that plays a call by hand is the one piece of the product that may know it.
ALLOWED = {
    ROOT / "oncall_portal" / "commands",
    ROOT / "oncall_portal" / "management" / "commands" / "simulate_call.py",
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def test_the_emulator_imports_nothing_of_the_product() -> None:
    for path in EMULATOR.glob("*.py"):
        for name in imported(path):
            assert name.split(".")[0] not in PRODUCT, path
            assert not name.startswith("telephony") or name.startswith("telephony.emulator"), path


def test_the_product_imports_nothing_of_the_emulator() -> None:
    folders = [ROOT / name for name in ("oncall_portal", "scheduling", "telephony", "voicemail")]
    for path in (path for folder in folders for path in folder.rglob("*.py")):
        if "tests" in path.parts or ALLOWED & {path, *path.parents} or EMULATOR in path.parents:
            continue
        assert not any(name.startswith("telephony.emulator") for name in imported(path)), path
