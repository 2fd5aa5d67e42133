"""The settings for tools that read the code and reach no server: mypy, makemigrations --check."""

from __future__ import annotations

import os

from oncall_portal.lib.env import ONLY_ENVIRONMENT

os.environ.update(
    {
        ONLY_ENVIRONMENT: "1",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "REDIS_URL": "memory://",
        "EMAIL_URL": "memorymail://",
        "SECRET_KEY": "offline-tools-sign-nothing-0123456789abcdef",
    }
)

from oncall_portal.settings import *  # noqa: F403 - only after the environment is set
