"""The one question that every view of the API asks before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # the framework's views import this module, by the settings
    from rest_framework.views import APIView

from oncall_portal.lib import access

_ACTIONS = {"GET": "view", "HEAD": "view", "POST": "add", "PATCH": "change", "DELETE": "delete"}


class Allowed(BasePermission):
    """Denies unless the policy grants what the method does."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Ask for the model of the view."""
        if not request.user.is_authenticated:
            return False
        if request.method == "OPTIONS" or not hasattr(view, (request.method or "").lower()):
            return True  # the view answers 405 itself
        model: Any = getattr(view, "model", None)
        action = _ACTIONS.get(request.method or "")
        return model is not None and action is not None and access.can(request.user, action, model)

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        """Ask for the row."""
        action = _ACTIONS.get(request.method or "")
        return action is not None and access.can(request.user, action, obj)
