"""Only what the platform signed for us, over this body, and just now, is believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall_portal.lib.env import VonageConfig
from telephony.vonage.signature import BadSignature, Reason, verify

SECRET = "0123456789abcdef0123456789abcdef"
NOW = datetime.fromtimestamp(1767268800, UTC)
CONFIG = VonageConfig(
    application_id="aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
    private_key="",
    api_key="a1b2c3d",
    api_secret="",
    signature_secrets=(SECRET,),
    api_host="api.nexmo.com",
    ca_bundle=None,
)
# A ringing event as captured from the platform; hash and token made with sha256sum and openssl.
BODY = (
    b'{"headers":{},"from":"14845552121","to":"16105553939","uuid":"0A0000000123ABCD1",'
    b'"conversation_uuid":"CON-2541d01c-253e-48be-a8e0-da4bbe4c3722","status":"ringing",'
    b'"direction":"inbound","timestamp":"2020-07-01T20:45:34.796Z"}'
)
BODY_HASH = "acc236a27c1e412b064b65e8b9441589938813058083f3a4616ce24d6067e209"
TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3NjcyNjg4MDAsImp0aSI6ImM1YmE4ZjI0LTFhMTQ"
    "tNGMxMC1iZmRmLTNmYmU4Y2U1MTFiNSIsImlzcyI6IlZvbmFnZSIsInBheWxvYWRfaGFzaCI6ImFjYzIzNmEyN2M"
    "xZTQxMmIwNjRiNjVlOGI5NDQxNTg5OTM4ODEzMDU4MDgzZjNhNDYxNmNlMjRkNjA2N2UyMDkiLCJhcGlfa2V5Ijo"
    "iYTFiMmMzZCIsImFwcGxpY2F0aW9uX2lkIjoiYWFhYWFhYWEtYmJiYi1jY2NjLWRkZGQtMDEyMzQ1Njc4OWFiIn0"
    ".xZcw1JfrxFja0ipm2Xb15dUmANknHf0gHeLaw8-btGA"
)
CLAIMS: dict[str, Any] = {
    "iat": 1767268800,
    "jti": "c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5",
    "iss": "Vonage",
    "payload_hash": BODY_HASH,
    "api_key": "a1b2c3d",
    "application_id": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
}


def header(secret: str = SECRET, drop: str = "", algorithm: str = "HS256", **claims: Any) -> str:
    """Return the Authorization header of a webhook with claims changed, and `drop` left out."""
    kept = {name: value for name, value in {**CLAIMS, **claims}.items() if name != drop}
    return f"Bearer {jwt.encode(kept, secret, algorithm=algorithm)}"


def by_hand(head: bytes, payload: bytes, secret: str = SECRET) -> str:
    """Return a token rightly signed over whatever bytes stand in its parts."""
    parts = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (head, payload))
    mac = hmac.new(secret.encode(), parts, hashlib.sha256).digest()
    return f"Bearer {parts.decode()}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def refused(
    authorization: Any, body: bytes = BODY, config: VonageConfig = CONFIG, **more: Any
) -> Reason:
    with pytest.raises(BadSignature) as refusal:
        verify(authorization, body, config, more.pop("now", NOW), **more)
    return refusal.value.reason


def test_a_captured_event_rightly_signed_is_accepted() -> None:
    claims = verify(f"Bearer {TOKEN}", BODY, CONFIG, NOW)
    assert (claims.jti, claims.iat) == (CLAIMS["jti"], CLAIMS["iat"])


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_case_of_the_scheme_does_not_matter(scheme: str) -> None:
    assert verify(header().replace("Bearer", scheme), BODY, CONFIG, NOW).jti == CLAIMS["jti"]


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        header().removeprefix("Bearer "),
        header().replace(" ", "  "),
        header() + " ",
        header() + "\n",
        f"{header()},{header()}",
        f"{header()}, {header()}",
        header() + ".x",
        "Bearer " + "a" * 5000 + ".b.c",
        "Bearer é.é.é",
        None,
        b"Bearer a.b.c",
    ],
)
def test_a_header_that_is_not_one_token_is_refused(authorization: Any) -> None:
    assert refused(authorization) == Reason.UNREADABLE


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused_even_with_the_right_secret(algorithm: str) -> None:
    assert refused(header(SECRET * 2, algorithm=algorithm)) == Reason.MALFORMED


@pytest.mark.parametrize(
    "head",
    [
        b'{"alg":"none","typ":"JWT"}',
        b'{"alg":"hs256"}',
        b'{"alg":["HS256"]}',
        b'{"alg":null}',
        b"{}",
        b"[]",
        b"\xff",
        b'{"alg":"HS256","crit":["x"],"x":1}',
        b'{"alg":"HS256","b64":false,"crit":["b64"]}',
        b"[" * 700,
    ],
)
def test_an_unusual_token_header_is_refused(head: bytes) -> None:
    assert refused(by_hand(head, json.dumps(CLAIMS).encode())) == Reason.MALFORMED


@pytest.mark.parametrize("payload", [b"[]", b"1", b"\xff", b"[" * 2000, b'{"iat":' + b"9" * 2200])
def test_claims_that_are_no_object_are_refused(payload: bytes) -> None:
    assert refused(by_hand(b'{"alg":"HS256"}', payload)) == Reason.MALFORMED


def test_an_unsigned_token_is_refused() -> None:
    assert refused(header().rpartition(".")[0] + ".") == Reason.UNREADABLE
    assert refused(header().rpartition(".")[0] + ".AAAA") == Reason.NOT_SIGNED


def test_another_secret_is_refused() -> None:
    assert refused(header("f" * 32)) == Reason.NOT_SIGNED


def test_current_and_previous_secret_both_count() -> None:
    config = replace(CONFIG, signature_secrets=("n" * 32, SECRET))
    assert verify(header(), BODY, config, NOW).jti == CLAIMS["jti"]
    assert verify(header("n" * 32), BODY, config, NOW).jti == CLAIMS["jti"]


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_nothing_is_accepted(secrets: tuple[str, ...]) -> None:
    assert refused(header(), config=replace(CONFIG, signature_secrets=secrets)) == (
        Reason.NOT_SIGNED
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("iss", Reason.OTHER_ISSUER),
        ("application_id", Reason.OTHER_APPLICATION),
        ("api_key", Reason.OTHER_ACCOUNT),
        ("payload_hash", Reason.OTHER_BODY),
        ("jti", Reason.BAD_CLAIMS),
        ("iat", Reason.BAD_CLAIMS),
    ],
)
@pytest.mark.parametrize("value", [..., None, "", "other", "\ud800", True, 1.5, [], ["Vonage"], {}])
def test_each_claim_must_be_there_and_right(name: str, reason: Reason, value: Any) -> None:
    if name == "jti" and value == "other":
        return
    if value is ...:
        assert refused(header(drop=name)) == reason
    else:
        token = by_hand(b'{"alg":"HS256"}', json.dumps({**CLAIMS, name: value}).encode())
        assert refused(token) == reason


@pytest.mark.parametrize("jti", ["x" * 81, "a b", "a\x00b", "a\n", "é", 7])
def test_an_odd_token_id_is_refused(jti: Any) -> None:
    token = by_hand(b'{"alg":"HS256"}', json.dumps({**CLAIMS, "jti": jti}).encode())
    assert refused(token) == Reason.BAD_CLAIMS


@pytest.mark.parametrize("seconds", [-60, 0, 299, 300])
def test_a_fresh_token_is_accepted(seconds: int) -> None:
    assert verify(header(), BODY, CONFIG, NOW + timedelta(seconds=seconds)).iat == CLAIMS["iat"]


@pytest.mark.parametrize(
    ("seconds", "reason"), [(301, Reason.STALE), (-61, Reason.AHEAD), (10**9, Reason.STALE)]
)
def test_a_token_too_old_or_too_new_is_refused(seconds: int, reason: Reason) -> None:
    assert refused(header(), now=NOW + timedelta(seconds=seconds)) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("true", Reason.BAD_CLAIMS),
        ("1767268800.0", Reason.BAD_CLAIMS),
        ("NaN", Reason.BAD_CLAIMS),
        ("Infinity", Reason.BAD_CLAIMS),
        ("1e999", Reason.BAD_CLAIMS),
        ('"1767268800"', Reason.BAD_CLAIMS),
        ("9" * 400, Reason.AHEAD),
        ("-" + "9" * 400, Reason.STALE),
    ],
)
def test_an_odd_time_of_issue_is_refused(text: str, reason: Reason) -> None:
    payload = json.dumps(CLAIMS).replace("1767268800", text).encode()
    assert refused(by_hand(b'{"alg":"HS256"}', payload)) == reason


def test_another_body_is_refused() -> None:
    assert refused(header(), body=BODY + b" ") == Reason.OTHER_BODY
    assert refused(header(payload_hash=BODY_HASH.upper())) == Reason.OTHER_BODY


def test_an_empty_body_needs_the_callers_consent() -> None:
    nothing = hashlib.sha256(b"").hexdigest()
    for authorization in (header(drop="payload_hash"), header(payload_hash=nothing)):
        assert refused(authorization, body=b"") == Reason.OTHER_BODY
        assert verify(authorization, b"", CONFIG, NOW, allow_missing_hash=True).iat == CLAIMS["iat"]


def test_consent_to_a_missing_hash_does_not_cover_a_body() -> None:
    without = header(drop="payload_hash")
    assert refused(without, allow_missing_hash=True) == Reason.OTHER_BODY
    assert refused(header(), body=b"", allow_missing_hash=True) == Reason.OTHER_BODY
    null = header(payload_hash=None)
    assert refused(null, body=b"", allow_missing_hash=True) == Reason.OTHER_BODY


def test_a_request_without_a_body_may_be_signed_over_its_query() -> None:
    query = b"status=ringing&uuid=1"
    signed = header(payload_hash=hashlib.sha256(query).hexdigest())
    assert verify(signed, b"", CONFIG, NOW, allow_missing_hash=True, query=query)
    for body, other in ((b"", b"status=ringing&uuid=2"), (b"{}", query)):
        with pytest.raises(BadSignature):
            verify(signed, body, CONFIG, NOW, allow_missing_hash=True, query=other)


def test_the_refusal_tells_nothing_of_the_request() -> None:
    with pytest.raises(BadSignature) as refusal:
        verify(header("f" * 32), BODY, CONFIG, NOW)
    assert str(refusal.value) == "not_signed_for_us"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(authorization=st.text() | st.binary().map(lambda raw: raw.decode("latin-1")), body=...)
def test_no_made_up_header_is_accepted_or_breaks_anything(authorization: str, body: bytes) -> None:
    for text in (authorization, f"Bearer {authorization}"):
        with pytest.raises(BadSignature):
            verify(text, body, CONFIG, NOW, allow_missing_hash=True)


@given(head=st.binary(max_size=60), payload=st.binary(max_size=60), body=...)
def test_no_signed_nonsense_is_accepted_or_breaks_anything(
    head: bytes, payload: bytes, body: bytes
) -> None:
    with pytest.raises(BadSignature):
        verify(by_hand(head, payload), body, CONFIG, NOW, allow_missing_hash=True)


@given(name=st.sampled_from(sorted(CLAIMS)), value=JSON)
def test_no_other_value_of_a_claim_breaks_anything(name: str, value: Any) -> None:
    token = by_hand(b'{"alg":"HS256"}', json.dumps({**CLAIMS, name: value}).encode())
    try:
        claims = verify(token, BODY, CONFIG, NOW)
    except BadSignature:
        return
    assert name in {"jti", "iat"} or value == CLAIMS[name]
    assert abs(claims.iat - CLAIMS["iat"]) <= 300


@given(changes=st.dictionaries(st.sampled_from(sorted(CLAIMS)), JSON), secret=st.text(min_size=1))
def test_nothing_signed_with_another_secret_is_accepted(
    changes: dict[str, Any], secret: str
) -> None:
    payload = json.dumps({**CLAIMS, **changes}).encode()
    if secret.encode(errors="replace") != SECRET.encode():
        other = secret.encode(errors="replace").decode()
        assert refused(by_hand(b'{"alg":"HS256"}', payload, other)) == Reason.NOT_SIGNED
