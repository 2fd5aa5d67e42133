"""The admin of jobs: a list that is searched, filtered and exported, and the form of a job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from oncall_portal.lib import clock, phone, sheets
from oncall_portal.lib.access import can, visible
from oncall_portal.lib.admin import OrNone, ServedAdmin, VersionedForm
from scheduling.admin.people import face
from scheduling.queries import house
from telephony import call_list, call_page, job_rows
from telephony.enums import JobState
from telephony.models import Call, Job
from telephony.story import caller_words, verdict
from telephony.writes import JOBS

_UNDONE = (JobState.OPEN, JobState.IN_PROGRESS)
_TONES = {JobState.OPEN: "new", JobState.IN_PROGRESS: "warn", JobState.DONE: "ok"}
_GIVEN = ("title", "service", "caller", "address", "owner", "state", "due_at", "notes")
_COLUMNS = (
    *(_("title"), _("caller"), _("address"), _("service"), _("owner"), _("state"), _("due at")),
    *(_("made at"), _("done at"), _("reference elsewhere"), _("notes")),
)


class JobForm(VersionedForm):
    """A job; its caller in any usual spelling. A new one may be of a call."""

    caller = forms.CharField(label=_("Caller"), max_length=40, required=False)
    call = forms.ModelChoiceField(
        Call.objects.all(), required=False, widget=forms.HiddenInput, label=_("call")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("caller"):
            self.initial["caller"] = phone.spaced(self.initial["caller"])

    def clean_caller(self) -> str:
        """Return E.164, or say how to write a number."""
        text = self.cleaned_data["caller"].strip()
        return phone.parse(text, house().region) if text else ""


@admin.register(Job)
class JobAdmin(ServedAdmin):
    """Jobs, the newest first."""

    form = JobForm
    writes = JOBS
    list_display = ("title", "who", "service", "whose", "due", "how")
    list_filter = ("state", ("owner", OrNone), ("service", OrNone))
    empty_value_display = ""
    list_select_related = ("owner", "service")
    search_fields = ("title",)  # see get_search_results
    search_help_text = _("A title, a note, an address, a reference, or a number in any spelling")
    change_list_template = "admin/telephony/job/change_list.html"
    change_form_template = "admin/telephony/job/change_form.html"

    class Media:
        css = {"all": ("css/people.css", "css/calls.css")}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what a page of a job has; what it is called elsewhere comes with time."""
        if obj is None:
            return (*_GIVEN, "call", "version")
        return (*_GIVEN, "reference", "created_at", "done_at", "version")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what nobody writes."""
        return ("created_at", "done_at")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill in what the call in `call` gives, if the asker may see it."""
        pk = request.GET.get("call", "")
        known = Call.objects.filter(pk=int(pk)) if pk.isdecimal() and len(pk) < 19 else None
        call = visible(request.user, known).first() if known is not None else None
        return job_rows.values_of(call) if call is not None else {}

    def get_urls(self) -> list[URLPattern]:
        """Add the list as a file."""
        enter = self.admin_site.admin_view(self.export)
        return [
            path("export/<slug:kind>/", enter, name="telephony_job_export"),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find a number in any usual spelling, or words of title, notes, address, reference."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found = Q()
        for name in ("title", "notes", "address", "reference"):
            found |= Q(**{f"{name}__icontains": term})
        if call_list.is_number(term):
            found |= call_list.number_found(term, house().region, "caller")
        return queryset.filter(found), False

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        """Show beside the form the call that the job was made from, and what was said."""
        job = kwargs.get("obj")
        call = job.call if job is not None else None
        if call is not None and can(request.user, "view", call):
            context |= {
                "call": call,
                "call_verdict": verdict(call),
                "call_words": caller_words(call),
                "voicemails": _messages(call, request.user),
                "recordings": call_page.conversations([call], request.user).get(call.pk, []),
            }
        return super().render_change_form(request, context, **kwargs)

    @method_decorator(require_safe)
    def export(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Answer the jobs of the list, as it is filtered and searched, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in sheets.TYPES:
            raise Http404
        try:
            found = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:telephony_job_changelist"))
        zone = ZoneInfo(house().time_zone)
        name = f"jobs-{clock.now().astimezone(zone):%Y-%m-%d}"
        return sheets.download(name, kind, _COLUMNS, _lines(found, zone))

    @admin.display(description=_("caller"), ordering="caller")
    def who(self, job: Job) -> SafeString | None:
        """Return the caller's number as people write it."""
        if not job.caller:
            return None
        return format_html('<span class="num nowrap">{}</span>', phone.spaced(job.caller))

    @admin.display(description=_("owner"), ordering="owner__name")
    def whose(self, job: Job) -> SafeString | None:
        """Return who sees to it, in their colour."""
        return face(job.owner.name, job.owner.colour) if job.owner else None

    @admin.display(description=_("due at"), ordering="due_at")
    def due(self, job: Job) -> SafeString | None:
        """Return when it is due, marked where that is over."""
        if job.due_at is None:
            return None
        now = clock.now()
        words = call_list.moment_words(timezone.localtime(job.due_at), now)
        if job.state not in _UNDONE or job.due_at > now:
            return format_html('<span class="num nowrap">{}</span>', words)
        return format_html(
            '<span class="num nowrap">{}</span> <span class="tag tag-bad">{}</span>',
            words,
            gettext("overdue"),
        )

    @admin.display(description=_("state"), ordering="state")
    def how(self, job: Job) -> SafeString:
        """Return how it stands, as a tag."""
        tone = _TONES.get(JobState(job.state))
        words = job.get_state_display()
        return format_html('<span class="tag{}">{}</span>', f" tag-{tone}" if tone else "", words)


def _messages(call: Any, user: Any) -> list[Any]:
    rows = call.voicemails.select_related("recording").order_by("left_at")
    return list(visible(user, rows))


def _lines(jobs: QuerySet[Job], zone: ZoneInfo) -> Iterator[tuple[Any, ...]]:
    for job in jobs.select_related("owner", "service").iterator(chunk_size=1000):
        instants = [
            at.astimezone(zone).isoformat(timespec="seconds") if at else ""
            for at in (job.due_at, job.created_at, job.done_at)
        ]
        yield (
            *(job.title, job.caller, job.address, str(job.service or "")),
            *(job.owner.name if job.owner else "", str(job.get_state_display())),
            *(*instants, job.reference, job.notes),
        )
