"""How the API describes itself: every operation may answer a problem, every write a version."""

from __future__ import annotations

from typing import Any

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; detail is words for people."},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string", "nullable": True},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "url": {
                        "type": "string",
                        "description": "The page on which it is put right, if another.",
                    },
                    "row": {
                        "type": "integer",
                        "description": "Of an imported file, as spreadsheets number them.",
                    },
                },
            },
        },
        "conflict": {"type": "object", "description": "What is in the way, on a 409."},
        "current": {"type": "object", "description": "The resource as it stands, on a 409."},
    },
}
_ANSWER = {
    "description": "Refused; the code says why.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": 'The version that was read, like "4"; the body may hold it instead.',
}


def add_problems(result: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
    """Add the problem answer to every operation and If-Match to writes (a spectacular hook)."""
    result["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    for operations in result["paths"].values():
        for method, operation in operations.items():
            operation["responses"]["4XX"] = _ANSWER
            if method in {"patch", "delete"}:
                operation.setdefault("parameters", []).append(_IF_MATCH)
    return result
