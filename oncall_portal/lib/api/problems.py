"""Every refusal of the API as problem JSON (RFC 9457) with a stable code."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.defaults import server_error
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from oncall_portal.lib.errors import Conflict, Refused, RowError, RowsRefused, Stale

CONTENT_TYPE = "application/problem+json"
_GENERAL = frozenset({"non_field_errors", "__all__"})
_RENAMED = {"invalid_choice": "unknown_choice", "blank": "required", "null": "required"}


def body(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """Return the members of a problem document; `more` may hold `errors` and `current`."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }


def _answer(status: int, code: str, detail: str, **more: Any) -> Response:
    return Response(body(status, code, detail, **more), status, content_type=CONTENT_TYPE)


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer `error` for a view (REST_FRAMEWORK["EXCEPTION_HANDLER"]); None: not one of ours."""
    set_rollback()
    match error:
        case Stale():
            return _stale(error, context)
        case Conflict():
            more = {} if error.facts is None else {"conflict": error.facts}
            return _answer(409, error.code, str(error.message), **more)
        case Refused():
            found = _entry(error.field, error.code, str(error.message))
            return _invalid([{**found, "url": error.url} if error.url else found])
        case RowsRefused():
            return _invalid([_row(each) for each in error.errors])
        case ProtectedError():
            return _answer(409, "in_use", _in_use(error))
        case DjangoValidationError():
            return _invalid(list(from_django(error)))
        case exceptions.ValidationError():
            return _invalid(list(_flatten(error.get_full_details())))
        case Http404() | ObjectDoesNotExist():
            return _answer(404, "not_found", _("There is no such thing."))
        case PermissionDenied():
            return _answer(403, "permission_denied", _("You may not do this."))
        case exceptions.APIException():
            return _from_api(error)
    return None


def _in_use(error: ProtectedError) -> str:
    """Return what kinds of things still refer to what was to be deleted."""
    kinds = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
    told = _("Something else still refers to it: %(kinds)s. Change or delete that first.")
    return told % {"kinds": ", ".join(kinds)}


def _from_api(error: exceptions.APIException) -> Response:
    code = error.detail.code if isinstance(error.detail, exceptions.ErrorDetail) else None
    answer = _answer(error.status_code, code or "error", str(error.detail))
    if header := getattr(error, "auth_header", None):
        answer["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        answer["Retry-After"] = str(int(wait))
    return answer


def _stale(error: Stale, context: dict[str, Any]) -> Response:
    view = context["view"]
    current = type(error.current)._default_manager.get(pk=error.current.pk)
    return _answer(
        409,
        "stale_version",
        _("It was changed by someone else since you read it."),
        current=view.get_serializer(current).data,
    )


def _invalid(errors: list[dict[str, Any]]) -> Response:
    single = errors[0]["code"] if len(errors) == 1 else "invalid"
    return _answer(400, single, str(errors[0]["detail"]), errors=errors)


def from_django(error: DjangoValidationError) -> Iterator[dict[str, Any]]:
    """Yield the members of a model's or field's ValidationError."""
    if not hasattr(error, "error_dict"):
        for single in error.error_list:
            yield _entry(None, single.code, " ".join(single.messages))
        return
    for field, problems in error.error_dict.items():
        for single in problems:
            yield _entry(field, single.code, " ".join(single.messages))


def _row(error: RowError) -> dict[str, Any]:
    return {"row": error.row, **_entry(error.field, error.code, str(error.message))}


def _entry(field: str | None, code: str | None, detail: str) -> dict[str, Any]:
    code = code or "invalid"
    name = None if field is None or field in _GENERAL else field
    written = detail.encode("utf-8", "replace").decode()  # it may quote what cannot be sent
    return {"field": name, "code": _RENAMED.get(code, code), "detail": written}


def _flatten(details: Any, path: str = "") -> Iterator[dict[str, Any]]:
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield _entry(path or None, details["code"], str(details["message"]))
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _flatten(inner, _join(path, name))
    else:
        for index, inner in enumerate(details):
            leaf = isinstance(inner, dict) and set(inner) == {"message", "code"}
            yield from _flatten(inner, path if leaf else f"{path}[{index}]")


def _join(path: str, name: str | int) -> str:
    if name in _GENERAL:
        return path
    if str(name).isdigit():
        return f"{path}[{name}]"
    return f"{path}.{name}".lstrip(".")


def not_found(request: HttpRequest) -> JsonResponse:
    """Answer an address under /api/ that is none."""
    return _plain(404, "not_found", _("There is no such address in the API."))


def fault(request: HttpRequest) -> HttpResponseBase:
    """Answer a fault of ours (handler500); its cause is in the log, not in the answer."""
    if not request.path.startswith("/api/"):
        return server_error(request)
    return _plain(500, "server_error", _("Something went wrong here; it was logged."))


def _plain(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse(body(status, code, detail), status=status, content_type=CONTENT_TYPE)
