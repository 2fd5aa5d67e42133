"""The pages of erasures: what is held about a number, erasing it, the certificate, the export."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oncall_portal.lib import clock, phone
from oncall_portal.lib.access import can
from oncall_portal.lib.acting import act
from oncall_portal.lib.admin import Guarded
from oncall_portal.lib.errors import Refused
from scheduling.queries import house
from telephony.access import ERASE, EXPORT
from telephony.models import Caller
from voicemail import erasing
from voicemail.about import about
from voicemail.caller_api import download
from voicemail.labels import HELD_KIND

_FORMS = method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
_TEMPLATES = "admin/voicemail/erasure"


class NumberForm(forms.Form):
    """A number in any usual spelling."""

    number = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=40,
        widget=forms.TextInput({"class": "input num", "type": "tel", "autocomplete": "off"}),
    )

    def clean_number(self) -> str:
        """Return E.164, or say how to write a number."""
        return phone.parse(self.cleaned_data["number"], house().region)


class EraseForm(NumberForm):
    """The number once more, on whose request, and whether to go on refusing their calls."""

    field_order = ("number", "reference", "keep_block")
    reference = forms.CharField(
        label=gettext_lazy("Reference of the request"),
        max_length=160,
        required=False,
        widget=forms.TextInput({"class": "input"}),
    )
    keep_block = forms.BooleanField(
        label=gettext_lazy("Keep their entries in the block list"), required=False, initial=True
    )

    def __init__(self, whose: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.whose = whose

    def clean_number(self) -> str:
        """Return the number, which must be the one that the page is about."""
        number = super().clean_number()
        if number != self.whose:
            raise ValidationError(gettext("This is not the number of this page."), "number_differs")
        return number


class ErasureAdmin(Guarded):
    """Erasures: proofs, which nobody edits."""

    list_display = ("at", "asked_by", "reference")
    ordering = ("-at", "-pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return no: the page of a number writes them."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of a number, and of a caller."""
        enter = self.admin_site.admin_view
        return [
            path("number/", enter(self.by_number), name="voicemail_erasure_number"),
            path("caller/<int:caller>/", enter(self.of_caller), name="voicemail_erasure_caller"),
            path(
                "caller/<int:caller>/export/", enter(self.export), name="voicemail_erasure_export"
            ),
            *super().get_urls(),
        ]

    @_FORMS
    def by_number(self, request: HttpRequest) -> HttpResponse:
        """Ask for a number; then show what is held about it, and when it was erased."""
        if not can(request.user, ERASE, Caller):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else None
        form = NumberForm(sent, label_suffix="")
        if request.method == "POST" and form.is_valid():
            number = form.cleaned_data["number"]
            caller = Caller.objects.filter(number=number).first()
            if "sure" in request.POST:
                return self._erase(request, number, caller)
            return self._held(request, number, caller, EraseForm(number))
        context = {"title": gettext("Erase a number"), "form": form}
        return self._page(request, "number", context, 422 if form.errors else 200)

    @_FORMS
    def of_caller(self, request: HttpRequest, caller: int) -> HttpResponse:
        """Show what is held about a caller, and erase it when asked to."""
        known = self._caller(request, caller, ERASE)
        if request.method == "POST":
            return self._erase(request, str(known.number), known)
        return self._held(request, str(known.number), known, EraseForm(str(known.number)))

    @method_decorator(require_safe)
    def export(self, request: HttpRequest, caller: int) -> HttpResponseBase:
        """Give out all that is held about a caller."""
        known = self._caller(request, caller, EXPORT)
        return download(str(known.number), request.user)

    def _caller(self, request: HttpRequest, pk: int, action: str) -> Caller:
        if not can(request.user, action, Caller):
            raise PermissionDenied
        caller = Caller.objects.filter(pk=pk).first()
        if caller is None:
            raise Http404
        return caller

    def _erase(self, request: HttpRequest, number: str, caller: Caller | None) -> HttpResponse:
        form = EraseForm(number, request.POST)
        if form.is_valid():
            values = form.cleaned_data
            options = {"reference": values["reference"], "keep_block": values["keep_block"]}
            try:
                proof = erasing.erase(number, by=act().name, now=clock.now(), **options)
            except Refused as refusal:
                field = refusal.field if refusal.field in form.fields else None
                form.add_error(field, ValidationError(str(refusal.message), refusal.code))
            else:
                return HttpResponseRedirect(
                    reverse("admin:voicemail_erasure_change", args=[proof.pk])
                )
        return self._held(request, number, caller, form)

    def _held(
        self, request: HttpRequest, number: str, caller: Caller | None, form: EraseForm
    ) -> HttpResponse:
        counts = about(number).counts()
        context = {
            "title": gettext("Erase everything about this caller"),
            "caller": caller,
            "number": number,
            "shown": phone.spaced(number),
            "held": _kinds(counts),
            "anything": any(counts.values()) or caller is not None,
            "form": form,
            "proofs": erasing.proofs(number),
            "zone": ZoneInfo(house().time_zone),
        }
        return self._page(request, "held", context, 422 if form.errors else 200)

    def _page(
        self, request: HttpRequest, name: str, context: dict[str, Any], status: int
    ) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(
            request, f"{_TEMPLATES}/{name}.html", {**frame, **context}, status=status
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the certificate of an erasure, to be printed."""
        if request.method != "GET" or not self.has_view_permission(request):
            raise PermissionDenied
        proof = self.get_object(request, unquote(object_id))
        if proof is None:
            raise Http404
        context = {
            "title": gettext("Certificate of erasure"),
            "proof": proof,
            "erased": _kinds(proof.erased),
            "zone": ZoneInfo(house().time_zone),
        }
        return self._page(request, "change_form", context, 200)


def _kinds(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Return counts with their words, in the order of the list."""
    return [
        (capfirst(str(words)), counts[kind]) for kind, words in HELD_KIND.items() if kind in counts
    ]
