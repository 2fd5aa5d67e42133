"""Frozen dataclasses to JSON and back, so that a call's state survives any process."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any


def encode(value: Any) -> Any:
    """Return `value` (dataclasses, tuples, dicts, enums, aware instants) as plain JSON data."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def decode(kind: Any, data: Any) -> Any:
    """Return JSON data as an instance of `kind`; fields that the data lacks take their default.

    Fields that `kind` does not know, written by a newer process, are passed over.

    Raises KeyError, TypeError or ValueError on data that was not made by `encode`.
    """
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        if data is None:
            return None
        (inner,) = (option for option in typing.get_args(kind) if option is not type(None))
        return decode(inner, data)
    if origin is tuple:
        return tuple(decode(typing.get_args(kind)[0], item) for item in data)
    if origin in (dict, Mapping):
        key_kind, item_kind = typing.get_args(kind)
        return {key_kind(key): decode(item_kind, item) for key, item in data.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        known = {name: item for name, item in data.items() if name in hints}
        return kind(**{name: decode(hints[name], item) for name, item in known.items()})
    if kind is datetime:
        return datetime.fromisoformat(data)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(data)
    return data
