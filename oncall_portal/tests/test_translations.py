"""French is complete, says the same as the English, and no visible text escapes translation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import polib
import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Field, Model
from django.utils import translation
from django.utils.functional import Promise

from oncall_portal.tests import catalogue
from telephony import prompts
from telephony.enums import GoalKind
from telephony.instructions import Say

HOW = "run python -m oncall_portal.tests.catalogue, then translate in " + str(
    catalogue.FRENCH.relative_to(catalogue.BASE)
)
# What raises words at people; the index is that of the argument with the words.
_REFUSALS = {"ValidationError": 0, "Refused": 1, "NotFound": 0, "PermissionDenied": 0}
_REFUSALS["CommandError"] = 0


def test_every_message_of_the_sources_is_in_the_catalogue() -> None:
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue.catalogue()}
    assert sorted(key[1] for key in catalogue.wanted() if key not in known) == [], HOW


def test_the_catalogue_has_no_message_that_is_gone() -> None:
    wanted = catalogue.wanted()
    entries = catalogue.catalogue()
    gone = [entry.msgid for entry in entries if (entry.msgctxt, entry.msgid) not in wanted]
    assert gone + [entry.msgid for entry in entries.obsolete_entries()] == [], HOW


def test_every_message_is_translated_for_certain() -> None:
    entries = catalogue.catalogue()
    lacking = [
        e.msgid for e in entries if e.fuzzy or not all(t.strip() for t in catalogue.translations(e))
    ]
    assert lacking == [], HOW


def test_placeholders_are_those_of_the_english() -> None:
    assert [e.msgid for e in catalogue.catalogue() if not _same_placeholders(e)] == []


def _same_placeholders(entry: polib.POEntry) -> bool:
    allowed = [catalogue.placeholders(text) for text in (entry.msgid, entry.msgid_plural) if text]
    return all(
        catalogue.placeholders(text) in allowed for text in catalogue.translations(entry) if text
    )


def test_french_typography() -> None:
    """The apostrophe is curly, quotes are « », and ; : ! ? « » never stand alone.

    The space before : and within « » is a whole one, before ; ! ? a narrow one.
    """
    wrong = re.compile("'|“|”| [;:!?»]|« |\u202f[:»]|«\u202f|\xa0[;!?]")
    texts = [text for e in catalogue.catalogue() for text in catalogue.translations(e)]
    assert [text for text in texts if wrong.search(text)] == []


def test_french_has_one_word_for_an_e_mail() -> None:
    other = re.compile(r"e-?mail|\bmails?\b|\bmél", re.IGNORECASE)
    texts = [text for e in catalogue.catalogue() for text in catalogue.translations(e)]
    assert [text for text in texts if other.search(text)] == []


_PARAMS = {"line": "Accueil", "name": "Accueil", "key": "1", "digits": "1 2"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_prompt_has_words(language: str) -> None:
    codes = _prompt_codes()
    assert {"greeting", "leave_message", "whisper", "goodbye"} <= codes
    for code in sorted(codes):
        said = prompts.words(Say(code, _PARAMS), language)
        assert said, code
        assert "%" not in said, code


def test_prompts_differ_between_the_languages() -> None:
    for code in _prompt_codes():
        english, french = (prompts.words(Say(code, _PARAMS), each) for each in ("en", "fr"))
        assert english != french, code


def _prompt_codes() -> set[str]:
    """Every code that telephony says, except those that carry only the house's own texts."""
    return {
        text
        for path in catalogue.sources()
        if path.suffix == ".py" and path.parent.name in {"telephony", "vonage"}
        for text in _said(ast.parse(path.read_text("utf-8")))
        if text != "whisper_own"
    } | _COMPOSED


# Said under a code that is put together, or that the state keeps.
_COMPOSED = {
    *(f"key_{kind.value}" for kind in GoalKind),
    *("wrong_key", "unknown_extension", "bad_number", "blocked", "line_full", "call_back_noted"),
}


def _said(tree: ast.Module) -> Iterator[str]:
    """Yield the string literals in the first argument of Say(...), those of its helper too."""
    helpers = {f.name: f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)}
    for call in _calls(tree, "Say"):
        first = call.args[0]
        if isinstance(first, ast.Call) and isinstance(first.func, ast.Name):
            returns = [n for n in ast.walk(helpers[first.func.id]) if isinstance(n, ast.Return)]
            yield from (text for each in returns for text in _outcomes(each.value))
        else:
            yield from _outcomes(first)


def _outcomes(node: ast.expr | None) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _outcomes(body)
            yield from _outcomes(orelse)


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            found = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            found = found.id if isinstance(found, ast.Name) else found
            if found == name:
                yield node


def test_no_refusal_has_bare_words() -> None:
    bare = [
        f"{path.relative_to(catalogue.BASE)}:{call.lineno}"
        for path in catalogue.sources()
        if path.suffix == ".py"
        for tree in [ast.parse(path.read_text("utf-8"))]
        for name, index in _REFUSALS.items()
        for call in _calls(tree, name)
        if len(call.args) > index and _is_bare(call.args[index])
    ]
    assert bare == []


def _is_bare(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_bare(node.left)
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_no_command_says_bare_words() -> None:
    """A line that a command writes or yields may join values, but not words of its own."""
    bare = [
        f"{path.relative_to(catalogue.BASE)}:{node.lineno}"
        for path in catalogue.sources()
        if path.parent.name == "commands"
        for tree in [ast.parse(path.read_text("utf-8"))]
        for node in [
            *(call.args[0] for call in _calls(tree, "write")),
            *(each.value for each in ast.walk(tree) if isinstance(each, ast.Yield)),
        ]
        if node is not None and _has_words(node)
    ]
    assert bare == []


def _has_words(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return any(letter.isalpha() for letter in text)
        case ast.JoinedStr(values=parts):
            return any(_has_words(part) for part in parts)
    return False


def test_nothing_but_literals_is_marked() -> None:
    """A computed text cannot be extracted: gettext(f"…") would never be French."""
    names = ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy")
    assert [
        f"{path.relative_to(catalogue.BASE)}:{call.lineno}"
        for path in catalogue.sources()
        if path.suffix == ".py"
        for tree in [ast.parse(path.read_text("utf-8"))]
        for name in names
        for call in _calls(tree, name)
        if not isinstance(call.args[0], ast.Constant)
    ] == []


def _our_models() -> list[type[Model]]:
    labels = {"outbox", "scheduling", "telephony", "voicemail"}
    return [model for model in apps.get_models() if model._meta.app_label in labels]


@pytest.mark.parametrize("model", _our_models(), ids=lambda model: model._meta.label)
def test_names_in_models_are_translatable(model: type[Model]) -> None:
    given = model._meta.original_attrs
    plain = [name for name in ("verbose_name", "verbose_name_plural") if not _lazy(given.get(name))]
    for field in model._meta.get_fields():
        if isinstance(field, Field) and not field.primary_key:
            texts = [field.verbose_name, *_labels(field), field.help_text]
            plain += [f"{field.name}: {text}" for text in texts if text and not _lazy(text)]
    assert plain == []


def _labels(field: Field[object, object]) -> list[object]:
    return [label for _, label in field.choices or ()]


def _lazy(text: object) -> bool:
    return isinstance(text, Promise)


def test_headings_of_the_admin_are_translatable() -> None:
    plain = []
    for model, site in admin.site._registry.items():
        if model in _our_models():
            sections = [title for title, _ in site.fieldsets or ()]
            functions = [getattr(site, str(name), None) for name in site.list_display]
            titles = [getattr(each, "short_description", None) for each in functions]
            found = [text for text in [*sections, *titles] if text and not _lazy(text)]
            plain += [f"{model._meta.label}: {text}" for text in found]
    assert plain == []


def test_a_page_is_french_for_whoever_reads_french() -> None:
    with translation.override("fr"):
        assert str(apps.get_model("scheduling", "Shift")._meta.verbose_name) == "créneau"
