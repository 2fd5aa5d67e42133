"""The API of voice menus: levels with their keys, moved and taken off, and their versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib.api.fields import InstantField, TextsField
from oncall_portal.lib.api.resources import (
    Resource,
    RowSerializer,
    StrictSerializer,
    version_asked,
    with_etag,
)
from telephony import destinations, labels, menu_content, menu_restoring, menu_services, timing
from telephony.menu_options import ON
from telephony.models import Menu, MenuOption, MenuVersion
from telephony.models.menus import KEYS
from telephony.writes import MENUS

_LONGEST_NUMBER = 40
GOAL_KINDS = list(labels.GOAL)


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class TargetField(serializers.Field[Any, Any, Any, Any]):
    """What a kind leads to: an id, or a phone number for a transfer."""

    def to_internal_value(self, data: Any) -> int | str:
        """Return the id or the text; refuse everything else."""
        is_id = isinstance(data, int) and not isinstance(data, bool)
        if is_id or (isinstance(data, str) and 0 < len(data) <= _LONGEST_NUMBER):
            return data  # type: ignore[no-any-return]
        raise serializers.ValidationError(_("Send an id or a phone number."), "invalid_target")

    def to_representation(self, value: Any) -> Any:
        """Return it as it is."""
        return value


class GoesToSerializer(StrictSerializer):
    """Where a key leads; `new` makes a new menu for a key of kind `menu` without a target."""

    kind = serializers.ChoiceField(GOAL_KINDS)
    target = TargetField(allow_null=True, required=False)
    new = serializers.BooleanField(required=False, write_only=True)


class OtherwiseSerializer(StrictSerializer):
    """What follows no key, a wrong one, or too many tries."""

    kind = serializers.ChoiceField(GOAL_KINDS)
    target = TargetField(allow_null=True, required=False)
    mailbox = serializers.IntegerField(allow_null=True, required=False, min_value=1)


class OptionSerializer(StrictSerializer):
    """A key of a level; its `mailbox` takes the message that may end it, else the level's does."""

    key = serializers.ChoiceField(KEYS)
    name = TextsField(required=False, most=timing.KEY_NAME_CHARACTERS)
    goes_to = GoesToSerializer()
    mailbox = serializers.IntegerField(allow_null=True, required=False, min_value=1)

    def to_representation(self, instance: MenuOption) -> dict[str, Any]:
        """Return the key as it is written."""
        return {
            "key": instance.key,
            "name": instance.name,
            "goes_to": destinations.goes_to(instance),
            "mailbox": instance.mailbox_id,
        }


# what happens where a level says nothing
_BY_ITSELF = {
    "on_no_key": {"kind": "repeat"},
    "on_wrong_key": {"kind": "repeat"},
    "on_too_many": {"kind": "voicemail"},
}


class MenuSerializer(RowSerializer[Menu]):
    """One level of a voice menu; a `parent` is the level whose key leads to it."""

    welcome = TextsField(required=False, most=timing.SPOKEN_CHARACTERS)
    options = OptionSerializer(many=True, required=False)
    on_no_key = OtherwiseSerializer(required=False, allow_null=True)
    on_wrong_key = OtherwiseSerializer(required=False, allow_null=True)
    on_too_many = OtherwiseSerializer(required=False, allow_null=True)

    class Meta:
        model = Menu
        fields = (
            *("id", "name", "parent", "welcome", "welcome_prompt", "tries", "wait_seconds"),
            *("on_no_key", "on_wrong_key", "on_too_many", "options", "mailbox", "version"),
        )
        read_only_fields = ("version",)

    def to_representation(self, instance: Menu) -> dict[str, Any]:
        """Return the level with its keys, in the order in which they are told."""
        level = menu_content.level(instance, instance.options.all())
        keys = [row for row in instance.options.all() if row.key in KEYS]
        return {
            "id": instance.pk,
            **{name: level[name] for name in ("name", "parent", "welcome", "welcome_prompt")},
            **{name: level[name] for name in ("tries", "wait_seconds")},
            **{name: _otherwise(name, level[key]) for name, key in ON.items()},
            "options": OptionSerializer(keys, many=True).data,
            "mailbox": instance.mailbox_id,
            "version": instance.version,
        }


def _otherwise(name: str, entry: Mapping[str, Any] | None) -> dict[str, Any]:
    if entry is None:
        return dict(_BY_ITSELF[name])
    more = {part: entry[part] for part in ("target", "mailbox") if entry[part] is not None}
    return {"kind": entry["kind"], **more}


class MoveKeySerializer(StrictSerializer):
    """A key, and where it goes with all below it: place `at`, counted from 0, of level `to`."""

    key = serializers.ChoiceField(KEYS)
    to = serializers.IntegerField(min_value=1)
    to_version = serializers.IntegerField(min_value=1)
    at = serializers.IntegerField(min_value=0, max_value=len(KEYS))
    new_key = serializers.ChoiceField(KEYS, required=False)
    version = serializers.IntegerField(required=False)


class RemoveSerializer(StrictSerializer):
    """A key that goes, with all menus that it leads to."""

    key = serializers.ChoiceField(KEYS)
    version = serializers.IntegerField(required=False)


class RestoreSerializer(StrictSerializer):
    """The version to hold again, and the latest that was seen."""

    number = serializers.IntegerField(min_value=1)
    latest = serializers.IntegerField(min_value=1)


class VersionSerializer(serializers.ModelSerializer[MenuVersion]):
    """One version of a whole menu: when it was saved, by whom."""

    created_at = InstantField()
    created_by = serializers.CharField(source="created_by.username", default=None)

    class Meta:
        model = MenuVersion
        fields = ("number", "created_at", "created_by")


class MenuResource(Resource[Menu]):
    """Levels of voice menus."""

    model = Menu
    queryset = Menu.objects.prefetch_related("options").order_by("pk")
    serializer_class = MenuSerializer
    writes = MENUS
    filterset_fields = ("parent",)

    @extend_schema(request=MoveKeySerializer, responses=MenuSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Move a key, with what it leads to; answer the level that it is on then."""

        def moved(menu: int, version: int, asked: Mapping[str, Any]) -> int:
            place = (asked["key"], asked["to"], asked["to_version"], asked["at"])
            option = menu_services.move_option(menu, version, *place, asked.get("new_key", ""))
            return option.menu_id

        return self._gesture(request, MoveKeySerializer, moved)

    @extend_schema(request=RemoveSerializer, responses=MenuSerializer)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> Response:
        """Take a key off, with all menus that it leads to; answer the level."""

        def removed(menu: int, version: int, asked: Mapping[str, Any]) -> int:
            return menu_services.remove_option(menu, version, asked["key"]).pk

        return self._gesture(request, RemoveSerializer, removed)

    def _gesture(
        self,
        request: Request,
        kind: type[StrictSerializer],
        act: Callable[[int, int, Mapping[str, Any]], int],
    ) -> Response:
        menu = self.get_object()
        body = kind(data=request.data)
        body.is_valid(raise_exception=True)
        changed = act(menu.pk, version_asked(request), body.validated_data)
        return self._shown(changed)

    @extend_schema(request=RestoreSerializer, responses=MenuSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Let an older version of the whole menu hold again, as a new version."""
        menu = self.get_object()
        body = RestoreSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        menu_restoring.restore(menu.pk, asked["latest"], asked["number"])
        return self._shown(menu.pk)

    @extend_schema(responses=VersionSerializer(many=True), filters=False)
    @action(detail=True)
    def versions(self, request: Request, pk: str) -> Response:
        """List the versions of the whole menu, the latest first."""
        found = MenuVersion.objects.filter(root=self.get_object().pk).order_by("-number")
        page: Any = self.paginate_queryset(found.select_related("created_by"))  # type: ignore[arg-type]
        return self.get_paginated_response(VersionSerializer(page, many=True).data)

    def _shown(self, pk: int) -> Response:
        menu = MenuResource.queryset.get(pk=pk)
        return with_etag(Response(self.get_serializer(menu).data))


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("menus", MenuResource),)
