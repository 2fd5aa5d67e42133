"""The API of what would happen: a call to a number, or to a menu, played through beforehand."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from oncall_portal.lib import access, clock
from oncall_portal.lib.api.fields import InstantField
from scheduling.api.fields import AT, instant
from scheduling.models import Staff
from telephony import labels, preview_words, previews
from telephony.enums import EndKind
from telephony.models import Menu, PhoneNumber
from telephony.previews import Trial
from telephony.types import Question, Rehearsal, Ring, Skip

CALLER = OpenApiParameter("caller", str, description="Who calls; withheld when left out.")
DIGITS = OpenApiParameter(
    "digits",
    str,
    description="The keys pressed, one for each question; a comma for none, # ends a number.",
)


TAKER = OpenApiParameter(
    "taker", int, description="Who takes the call as soon as they are rung; nobody when left out."
)


class PreviewStepSerializer(serializers.Serializer[Any]):
    """One thing that happens: it is closed, the menu asks and gets keys, a phone rings."""

    kind = serializers.ChoiceField(["closed", "menu", "key", "ring"])
    starts_after = serializers.FloatField()
    seconds = serializers.FloatField()
    text = serializers.CharField()
    ask = serializers.ChoiceField(list(labels.ASK), required=False)
    said = serializers.ListField(child=serializers.CharField(), required=False)
    keys = serializers.CharField(required=False)
    name = serializers.CharField(required=False)
    number = serializers.CharField(required=False)
    ring_seconds = serializers.IntegerField(required=False)
    reason = serializers.CharField(required=False)
    staff = serializers.IntegerField(required=False, allow_null=True)
    service = serializers.IntegerField(required=False, allow_null=True)
    direct = serializers.BooleanField(required=False)
    together = serializers.BooleanField(required=False)


class LeftOutSerializer(serializers.Serializer[Any]):
    """Somebody or something left out, and why."""

    name = serializers.CharField()
    reason = serializers.CharField()
    text = serializers.CharField()


class PreviewEndSerializer(serializers.Serializer[Any]):
    """Where the call ends, so many seconds after it came in."""

    kind = serializers.ChoiceField([kind.value for kind in EndKind])
    mailbox = serializers.IntegerField(allow_null=True)
    after = serializers.FloatField()
    said = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()


class PreviewSerializer(serializers.Serializer[Any]):
    """What would happen: the steps in order, who is left out or cut, and the end."""

    at = InstantField()
    worst_case_seconds = serializers.IntegerField()
    steps = PreviewStepSerializer(many=True)
    skipped = LeftOutSerializer(many=True)
    cut = LeftOutSerializer(many=True)
    ending = PreviewEndSerializer()


class _PreviewView(APIView):
    """Answers what would happen to a call; nothing is written and nobody is rung."""

    model: type[Model]

    def row(self, pk: str) -> Any:
        """Return the row asked about, if the asker may see it."""
        return get_object_or_404(access.visible(self.request.user, self.model.objects.all()), pk=pk)  # type: ignore[attr-defined]

    def told(self, found: Rehearsal, trial: Trial, line: str) -> Response:
        """Answer a rehearsal."""
        return Response(
            {
                "at": InstantField().to_representation(trial.at),
                "worst_case_seconds": found.worst_case_seconds,
                "steps": [*_closed(found), *(self._step(each, line) for each in found.path)],
                "skipped": [_left_out(each) for each in found.skipped],
                "cut": [_left_out(each) for each in found.cut],
                "ending": {
                    "kind": found.end.kind.value,
                    "mailbox": found.end.mailbox,
                    "after": found.end.after,
                    "said": preview_words.said(found.end.said, found.language, line),
                    "text": preview_words.end_words(found.end),
                },
            }
        )

    def _step(self, each: Question | Ring, line: str) -> dict[str, Any]:
        return _question(each, line) if isinstance(each, Question) else self._ring(each)

    def _ring(self, ring: Ring) -> dict[str, Any]:
        return {
            "kind": "ring",
            "name": ring.phone.name,
            "number": preview_words.number_for(self.request.user, ring),
            "ring_seconds": ring.phone.ring_seconds,
            "starts_after": ring.after,
            "seconds": ring.seconds,
            "reason": ring.reason.replace("_", " "),
            "text": preview_words.ring_words(ring),
            "staff": ring.phone.staff,
            "service": ring.phone.service,
            "direct": ring.direct,
            "together": ring.together,
        }


def trial_of(request: Request) -> Trial:
    """Return the call that a request asks about; raise ValidationError or Refused."""
    people = access.visible(request.user, Staff.objects.all())
    taker = previews.read_taker(request.query_params.get("taker", ""), people)
    return Trial(
        at=instant(request, "at") or clock.now(),
        caller=previews.read_caller(request.query_params.get("caller", "")),
        keys=previews.read_keys(request.query_params.get("digits", "")),
        taker=taker.pk if taker else None,
    )


def _closed(found: Rehearsal) -> list[dict[str, Any]]:
    """Return that the number is closed, as the first thing that happens."""
    words = preview_words.closed_words()
    first = {"kind": "closed", "starts_after": 0.0, "seconds": 0.0, "text": words}
    return [first] if found.closed else []


def _question(asked: Question, line: str) -> dict[str, Any]:
    told = {
        "kind": "menu" if asked.ask else "key",
        "starts_after": asked.after,
        "seconds": asked.seconds,
        "keys": asked.keys,
        "name": asked.name,
        "said": preview_words.said(asked.said, asked.language, line),
        "text": preview_words.question_words(asked),
    }
    return {**told, "ask": asked.ask.value} if asked.ask else told


def _left_out(skip: Skip) -> dict[str, str]:
    return {"name": skip.name, "reason": skip.reason, "text": preview_words.skip_words(skip)}


class NumberPreviewView(_PreviewView):
    """What would happen to a call to one number."""

    model = PhoneNumber

    @extend_schema(
        parameters=[AT, CALLER, DIGITS, TAKER],
        responses=PreviewSerializer,
        operation_id="phone_numbers_preview",
        tags=["phone-numbers"],
    )
    def get(self, request: Request, pk: str) -> Response:
        """Answer who would ring, for how long, and where the call would end."""
        number, trial = self.row(pk), trial_of(request)
        return self.told(previews.of_number(number, trial), trial, number.name)


class MenuPreviewView(_PreviewView):
    """What would happen to a call that comes to one menu, used by a number or not."""

    model = Menu

    @extend_schema(
        parameters=[AT, CALLER, DIGITS, TAKER],
        responses=PreviewSerializer,
        operation_id="menus_preview",
        tags=["menus"],
    )
    def get(self, request: Request, pk: str) -> Response:
        """Answer the same as for a number, from this menu on."""
        menu, trial = self.row(pk), trial_of(request)
        return self.told(previews.of_menu(menu, trial), trial, menu.name)
