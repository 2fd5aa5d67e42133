"""An e-mail's text as a page."""

from __future__ import annotations

import pytest

from oncall_portal.outbox import markup


def body(text: str) -> str:
    return markup.page(text).partition("<body>")[2].removesuffix("</body></html>\n")


def test_an_address_becomes_a_link_without_the_full_stop_after_it() -> None:
    assert body("See https://a.example/m/x?a=1&b=2.\nOr call.") == (
        '<p>See <a href="https://a.example/m/x?a=1&amp;b=2">https://a.example/m/x?a=1&amp;b=2</a>.'
        "<br>Or call.</p>"
    )


def test_an_empty_line_begins_a_paragraph() -> None:
    assert body("one\n\ntwo\n") == "<p>one</p><p>two</p>"


@pytest.mark.parametrize("evil", ["<script>x</script>", 'https://a.example/"onclick=x', "a & b"])
def test_nothing_in_the_text_is_markup(evil: str) -> None:
    assert "<script" not in body(evil)
    assert '"onclick' not in body(evil)


def test_text_without_addresses_needs_no_page() -> None:
    assert markup.has_links("call 112, http:// or www.example.org") is False
    assert markup.has_links("see http://a.example") is True
