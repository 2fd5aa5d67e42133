"""Frozen dataclasses to JSON and back, so that a call's state survives any process."""

from __future__ import annotations

from typing import Any

import msgspec


def encode(value: Any) -> Any:
    """Return `value` (dataclasses, tuples, dicts, enums, aware instants) as plain JSON data."""
    return msgspec.to_builtins(value, str_keys=True)


def decode(kind: Any, data: Any) -> Any:
    """Return JSON data as an instance of `kind`; fields that the data lacks take their default.

    Fields that `kind` does not know, written by a newer process, are passed over.

    Raises ValueError on data that was not made by `encode`.
    """
    try:
        return msgspec.convert(data, kind, str_keys=True)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
