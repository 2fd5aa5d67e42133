"""The admin of services and of the headings under which they stand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.access import can
from oncall_portal.lib.admin import ServedAdmin, VersionedForm
from oncall_portal.lib.texts_form import TextsFormField
from oncall_portal.lib.writes import Writes
from scheduling import services
from scheduling.admin.fields import PROCESS_HELP, ColourForm
from scheduling.admin.inlines import Members, ServiceNumbers
from scheduling.admin.people import face
from scheduling.models import Service, ServiceCategory
from scheduling.queries import house


class ServiceForm(ColourForm):
    """A service, its name in every language."""

    name = TextsFormField(label=_("Name"))

    class Meta:
        help_texts = {
            "call_process": PROCESS_HELP,
            "mailbox": _("Empty: the mailbox of the number that was called, else the general one."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "promise_minutes" in self.fields:
            minutes = house().promise_minutes
            self.fields["promise_minutes"].widget.attrs["placeholder"] = minutes
            told = gettext("Empty: as the organisation, %(minutes)d minutes.")
            self.fields["promise_minutes"].help_text = told % {"minutes": minutes}


class CategoryForm(VersionedForm):
    """A heading, its name in every language."""

    name = TextsFormField(label=_("Name"))


@admin.register(ServiceCategory)
class ServiceCategoryAdmin(ServedAdmin):
    """Headings."""

    form = CategoryForm
    writes = Writes(services.create_category, services.change_category, services.delete_category)
    list_display = ("__str__", "how_many", "order")
    sortable_by = ()  # the list is in the order that is kept

    class Media:
        css = {"all": ("css/people.css",)}
        js = (forms.Script("js/order.js", type="module"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceCategory]:
        """Count the services with the headings."""
        rows: QuerySet[ServiceCategory] = super().get_queryset(request)
        return rows.annotate(found=Count("services"))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Tell each row whether the asker may move it."""
        found = super().get_changelist_instance(request)
        for row in found.result_list:
            row.movable = can(request.user, "change", ServiceCategory)
        return found

    @admin.display(description=_("order"))
    def order(self, category: Any) -> SafeString | int:
        """Return the two buttons that move it, or its place to those who only look."""
        if not category.movable:
            return int(category.position)
        return format_html(
            '<span class="nowrap" data-order="service-categories/{}" data-position="{}" '
            'data-version="{}" data-kept="{}">{}{}</span>',
            *(category.pk, category.position, category.version, gettext("The order is kept.")),
            _arrow("up", gettext("Move up"), str(category)),
            _arrow("down", gettext("Move down"), str(category)),
        )

    @admin.display(description=_("services"))
    def how_many(self, category: Any) -> int:
        """Return how many services stand under it."""
        return int(category.found)


def _arrow(way: str, words: str, name: str) -> SafeString:
    return format_html(
        '<button type="button" class="btn btn-quiet btn-s btn-icon row-{0}" data-{0} title="{1}">'
        '<svg class="i" aria-hidden="true"><use href="{2}#arrow-down"></use></svg>'
        '<span class="vh">{1}: {3}</span></button>',
        way,
        words,
        static("img/icons.svg"),
        name,
    )


@admin.register(Service)
class ServiceAdmin(ServedAdmin):
    """Services."""

    form = ServiceForm
    writes = Writes(services.create_service, services.change_service, services.delete_service)
    fields = (
        *("name", "category", "colour", "answered_by", "schedule", "call_process"),
        *("if_unanswered", "mailbox", "promise_minutes", "active", "version"),
    )
    list_display = ("who", "category", "answered_by", "schedule", "active")
    list_filter = ("active", "answered_by")
    list_select_related = ("category", "schedule")
    search_fields = ("name",)
    inlines = [Members, ServiceNumbers]
    change_form_template = "admin/scheduling/person.html"

    class Media:
        css = {"all": ("css/people.css", "css/mailbox.css")}
        js = (
            forms.Script("js/service.js", type="module"),
            forms.Script("js/own-mailbox.js", type="module"),
        )

    @admin.display(description=_("name"))
    def who(self, service: Service) -> SafeString:
        """Return the service in its colour."""
        return face(str(service), service.colour, square=True)
