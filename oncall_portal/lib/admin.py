"""The admin's way in: it asks who may do what, and writes through the same services as the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms.models import construct_instance
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from oncall_portal.lib import access, panels
from oncall_portal.lib.errors import Refused, Stale
from oncall_portal.lib.writes import Writes

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
    BaseInline = admin.TabularInline[Any, Any]
    BaseForm = forms.ModelForm[Any]
    BaseFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    BaseAdmin, BaseInline = admin.ModelAdmin, admin.TabularInline
    BaseForm, BaseFormSet = forms.ModelForm, forms.BaseInlineFormSet


class OrNone(admin.RelatedFieldListFilter):
    """A filter for rows of another table, with a word for "none of them"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_value_display = format_html("{}", _("none"))


class Guarded(BaseAdmin):
    """Asks the one table before every page; the portal's admin site adds it to every model."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the model to those who may view some row."""
        return access.can(request.user, "view", self.model)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask for the row, or the model."""
        return access.can(request.user, "view", obj or self.model)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Ask for the model."""
        return access.can(request.user, "add", self.model)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask for the row, or the model."""
        return access.can(request.user, "change", obj or self.model)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask for the row, or the model."""
        return access.can(request.user, "delete", obj or self.model)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows that the asker may see."""
        return access.visible(request.user, super().get_queryset(request))


class GuardedInline(BaseInline):
    """Rows inside another's page, with the permissions of their own model."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for the rows' model."""
        return access.can(request.user, "view", self.model)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for the rows' model."""
        return access.can(request.user, "add", self.model)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for the rows' model."""
        return access.can(request.user, "change", self.model)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for the rows' model."""
        return access.can(request.user, "delete", self.model)


class VersionedForm(BaseForm):
    """Carries the version that was read; `refusal` is what the services said to a first try."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    refusal: Refused | Stale | ValidationError | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean(self) -> dict[str, Any]:
        """Show what the services refused, at its field where the form has it."""
        cleaned = super().clean() or self.cleaned_data
        match self.refusal:
            case Refused(field=field, message=message, code=code, url=url):
                if url:
                    message = format_html('{} <a href="{}">{}</a>', message, url, _("Put it right"))
                self.add_error(
                    field if field in self.fields else None, ValidationError(message, code)
                )
            case Stale():
                message = _("It was changed by someone else since you opened it: load it again.")
                self.add_error(None, ValidationError(message, "stale_version"))
            case ValidationError() as error:
                self.add_error(None, ValidationError(error.messages))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what the person filled in (on a new row) or changed, by field name."""
        names = self.changed_data if self.instance.pk else list(self.cleaned_data)
        return {name: self.cleaned_data[name] for name in names if name != "version"}


class ListForm(BaseForm):
    """One entry of a list that is written as a whole; the services check it."""

    def _post_clean(self) -> None:
        """Fill the row without judging it: its neighbours may be about to change too."""
        self.instance = construct_instance(
            self, self.instance, self._meta.fields, self._meta.exclude
        )


class ListFormSet(BaseFormSet):
    """Entries in order, whose uniqueness the services judge."""

    new_objects: list[Any] = []
    changed_objects: list[Any] = []
    deleted_objects: list[Any] = []

    def validate_unique(self) -> None:
        """Leave it to the services."""

    def entries(self) -> list[dict[str, Any]]:
        """Return the cleaned entries that stay, by position."""
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        return sorted(kept, key=lambda entry: entry.get("position") or 0)


class PlainChoices:
    """Choices without Django's ways to add, edit and delete what is chosen: too near a slip."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the bare box."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class OrderedRows(PlainChoices, GuardedInline):
    """Rows shown one under the other; those with a `position` are moved by hand and by keys.

    `may_copy`: a button adds the same row once more; `told`: a script says something of each row.
    """

    template = "admin/rows.html"
    note: Any = ""
    may_copy = False
    told = False

    class Media:
        css = {"all": ("css/people.css",)}
        js = (forms.Script("js/rows.js", type="module"),)


class ListInline(OrderedRows):
    """Entries that the parent's services take as one list, under the name `taken_as`."""

    form = ListForm
    formset = ListFormSet
    taken_as: str

    def value(self, entry: Mapping[str, Any]) -> Any:
        """Return one entry as the services take it."""
        raise NotImplementedError


class RowsInline(OrderedRows):
    """Rows with a version and services of their own."""

    form = VersionedForm
    writes: Writes[Any]


class ServedAdmin(PlainChoices, Guarded):
    """Writes through services: what they refuse comes back as an error on the form."""

    form = VersionedForm
    writes: Writes[Any]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Save all or nothing; on a refusal show the form again with the reason."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, Stale, ValidationError) as error:
            request.refusal = error  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        """Show on a row's page what other apps have to say about it."""
        row = kwargs.get("obj")
        context["panels"] = panels.shown(request, row) if row is not None else {}
        return super().render_change_form(request, context, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form, told what the services said before."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"refusal": getattr(request, "refusal", None)})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let the services write the row; the version tells what the person had read."""
        values = form.values()
        if change and not values:
            return
        if change:
            row = self.writes.change(obj.pk, form.cleaned_data["version"] or 0, values)
        else:
            row = self.writes.create(values)
        obj._state.adding = False
        for field in row._meta.concrete_fields:
            setattr(obj, field.attname, getattr(row, field.attname))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Let the services write the entries or rows of an inline."""
        inline = next(
            found
            for found in self.get_inline_instances(request, form.instance)
            if found.model is formset.model
        )
        if isinstance(inline, RowsInline):
            _save_rows(inline, formset, form.instance)
        elif isinstance(inline, ListInline) and formset.has_changed():
            values = {inline.taken_as: [inline.value(entry) for entry in formset.entries()]}
            row = self.writes.change(form.instance.pk, form.instance.version, values)
            form.instance.version = row.version

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete through the services; a refusal is told on the row's page."""
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except Refused as error:
            self.message_user(request, str(error.message), messages.ERROR)
        return HttpResponseRedirect("../change/")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the row as it stands."""
        self.writes.delete(obj.pk, obj.version)


def _save_rows(inline: RowsInline, formset: Any, parent: Model) -> None:
    formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
    for form in formset.forms:
        row, deleted = form.instance, form.cleaned_data.get("DELETE")
        if deleted and row.pk:
            inline.writes.delete(row.pk, form.cleaned_data["version"] or 0)
            formset.deleted_objects.append(row)
        elif form.has_changed() and not deleted:
            values = {n: v for n, v in form.values().items() if n not in {"id", "DELETE"}}
            if row.pk:
                inline.writes.change(row.pk, form.cleaned_data["version"] or 0, values)
                formset.changed_objects.append((row, form.changed_data))
            else:
                inline.writes.create({**values, formset.fk.name: parent})
                formset.new_objects.append(row)
