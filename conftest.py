"""Hooks the project's pytest plugin in, before any other conftest imports a model."""

from __future__ import annotations

from oncall_portal import testing

testing.prepare()
pytest_configure = testing.pytest_configure
