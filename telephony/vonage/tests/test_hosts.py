"""Our token goes to the configured host, or from one real host of the platform to another."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.vonage.hosts import allowed_host, trusted_url

REAL = "api.nexmo.com"
EMULATED = "127.0.0.1:8443"

LOOK_ALIKES = [
    "api.nexmo.com.evil.example",
    "evil.example/?vonage.com",
    "evil.example?api.nexmo.com",
    "evil.example#api.nexmo.com",
    "http://api-us-3.vonage.com",
    "ftp://api-us-3.vonage.com",
    "//api-us-3.vonage.com",
    "https://https://api-us-3.vonage.com",
    "user@api-us-3.vonage.com",
    "api-us-3.vonage.com@evil.example",
    "evil.example\\@api-us-3.vonage.com",
    "evil.example\\.vonage.com",
    "api-us-3.vonage.com.",
    "api-us-3.vonage.com:443",
    "api-us-3.vonage.com:8443",
    "api-us-3.vonage.com:evil",
    "api-us-3.vonage.com/../evil",
    "vonage.com",
    "nexmo.com",
    "evilvonage.com",
    "api.evil-vonage.com",
    "api.vonage.com.co",
    "api.vonage.community",
    ".vonage.com",
    "a..vonage.com",
    "-a.vonage.com",
    "a-.vonage.com",
    "a_b.vonage.com",
    "\u0430pi.vonage.com",
    "api.von\u212aage.com",
    "api.vonage.com\n",
    "api.vonage.com\r\nHost: evil.example",
    " api.vonage.com",
    "[::1].vonage.com",
    "169.254.169.254",
    "127.0.0.1:8443",
    "localhost",
    "x" * 64 + ".vonage.com",
    "x." * 150 + "vonage.com",
]


@pytest.mark.parametrize("candidate", LOOK_ALIKES)
def test_a_look_alike_is_never_followed(candidate: str) -> None:
    assert allowed_host(candidate, REAL) == REAL


@pytest.mark.parametrize("candidate", [*LOOK_ALIKES[:-5], REAL, "api-us-3.vonage.com"])
def test_an_emulator_is_never_left(candidate: str) -> None:
    assert allowed_host(candidate, EMULATED) == EMULATED


@pytest.mark.parametrize(
    ("candidate", "host"),
    [
        ("", REAL),
        ("api.nexmo.com", REAL),
        ("API.Nexmo.com", REAL),
        ("api-us-3.vonage.com", "api-us-3.vonage.com"),
        ("API-US-3.VONAGE.COM", "api-us-3.vonage.com"),
        ("https://api-sg-1.nexmo.com", "api-sg-1.nexmo.com"),
        ("https://api-eu-3.vonage.com/", "api-eu-3.vonage.com"),
        ("a.b.vonage.com", "a.b.vonage.com"),
    ],
)
def test_a_real_host_leads_to_real_hosts(candidate: str, host: str) -> None:
    assert allowed_host(candidate, REAL) == host


def test_the_emulators_own_host_and_port_are_followed() -> None:
    assert allowed_host(f"https://{EMULATED}", EMULATED) == EMULATED
    assert allowed_host("127.0.0.1:8444", EMULATED) == EMULATED


def test_a_refused_host_leaves_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        allowed_host("evil.example\n" + "x" * 100, REAL)
    shown = repr(("evil.example\n" + "x" * 100)[:60])
    assert caplog.messages == [f"api_host_refused host={shown} using=api.nexmo.com"]


@given(st.text(), st.sampled_from([REAL, EMULATED]))
def test_any_other_text_leads_to_the_configured_host(text: str, configured: str) -> None:
    assert allowed_host(text, configured) == configured


@pytest.mark.parametrize(
    "url",
    [
        *(f"https://{host}/v1/files/1" for host in LOOK_ALIKES if ".com/" not in host),
        "http://api.nexmo.com/v1/files/1",
        "api.nexmo.com/v1/files/1",
        "//api.nexmo.com/v1/files/1",
        "https://api.nexmo.com",
        "https:///v1/files/1",
        "https://api.nexmo.com/a\\..\\b",
        "https://api.nexmo.com/a b",
        "https://api.nexmo.com/é",
        "https://[::1/v1/files/1",
        "https://api.nexmo\t.com/v1/files/1",
        "https://api.nexmo.com/v1/\nfiles/1",
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ],
)
def test_a_recording_elsewhere_is_not_fetched(url: str) -> None:
    assert trusted_url(url, REAL) is None


@pytest.mark.parametrize(
    ("url", "rebuilt"),
    [
        (
            "https://api.nexmo.com/v1/files/87b8851a-dbfa",
            "https://api.nexmo.com/v1/files/87b8851a-dbfa",
        ),
        ("https://api-us.nexmo.com/v1/files/1?x=2", "https://api-us.nexmo.com/v1/files/1?x=2"),
        ("HTTPS://API-US-3.Vonage.com/v1/files/A#top", "https://api-us-3.vonage.com/v1/files/A"),
        ("https://api.nexmo.com//evil.example/x", "https://api.nexmo.com//evil.example/x"),
    ],
)
def test_a_recording_on_a_real_host_is_fetched_from_the_parts_that_were_checked(
    url: str, rebuilt: str
) -> None:
    assert trusted_url(url, REAL) == rebuilt


def test_a_recording_of_the_emulator_is_fetched_from_its_port_only() -> None:
    assert trusted_url("https://127.0.0.1:8443/v1/files/1", EMULATED) == (
        "https://127.0.0.1:8443/v1/files/1"
    )
    assert trusted_url("https://127.0.0.1/v1/files/1", EMULATED) is None
    assert trusted_url("https://api.nexmo.com/v1/files/1", EMULATED) is None
