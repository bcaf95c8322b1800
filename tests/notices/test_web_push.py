"""Web Push against an endpoint that decrypts as a browser does, by RFC 8291, and checks the house's signature."""

from __future__ import annotations

import json
import os
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from jobfair.core import clock, jobs
from jobfair.core.models import Job
from jobfair.notices import services
from jobfair.notices.models import Address, Channel, Message
from jobfair.notices.web_push import encrypt, padless, point, private_key, unpadded
from tests.notices.listener import Answer, Heard, Listener, listening
from tests.notices.people import person, tell

HOUSE = ec.generate_private_key(ec.SECP256R1())


class Browser:
    """What a browser keeps of its subscription; decrypts by the steps of RFC 8291, 3.4 and RFC 8188, 2."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": padless(point(self.key.public_key())), "auth": padless(self.secret)}

    def read(self, body: bytes) -> dict[str, Any]:
        salt, size, long = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        theirs, sealed = body[21 : 21 + long], body[21 + long :]
        assert (long, len(sealed) <= size) == (65, True)
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        )
        told = b"WebPush: info\x00" + point(self.key.public_key()) + theirs
        material = mac(mac(self.secret, shared), told + b"\x01")
        secret = mac(salt, material)
        key = mac(secret, b"Content-Encoding: aes128gcm\x00\x01")[:16]
        nonce = mac(secret, b"Content-Encoding: nonce\x00\x01")[:12]
        text = AESGCM(key).decrypt(nonce, sealed, None)
        assert text[-1:] == b"\x02"
        return dict(json.loads(text[:-1]))


def mac(key: bytes, content: bytes) -> bytes:
    made = HMAC(key, SHA256())
    made.update(content)
    return made.finalize()


@pytest.mark.unit
def test_the_example_of_the_standard() -> None:
    """RFC 8291, appendix A: every value there, byte for byte."""
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        browser=unpadded(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        secret=unpadded("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=unpadded("DGv6ra1nlYgDCS1FRnbzlw"),
        ours=private_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
    )
    assert padless(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.fixture
def endpoint(settings: Any) -> Iterator[Listener]:
    settings.VAPID_PRIVATE_KEY = padless(HOUSE.private_numbers().private_value.to_bytes(32, "big"))
    settings.VAPID_PUBLIC_KEY = padless(point(HOUSE.public_key()))
    settings.VAPID_CONTACT = "fair@example.org"
    with listening() as ears:
        ears.answers = [Answer(201)]
        yield ears


def subscribe(endpoint: Listener, keys: dict[str, str]) -> Any:
    user = person(verified=False)
    services.add_address(
        user_id=user.pk, channel=Channel.PUSH, address=endpoint.url, keys=keys, uses=None, now=clock.now()
    )
    return user


def run_due() -> None:
    Job.objects.filter(state="waiting").update(due_at=clock.now())
    while jobs.run_next(clock.now()):
        pass


def claims_of(heard: Heard) -> dict[str, Any]:
    """The token's claims, after its signature was found to be the house's (RFC 7515, ES256)."""
    scheme, _, rest = heard.headers["authorization"].partition(" ")
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, given["k"]) == ("vapid", padless(point(HOUSE.public_key())))
    head, claims, signature = given["t"].split(".")
    raw = urlsafe_b64decode(signature + "==")
    signed = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    HOUSE.public_key().verify(signed, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    assert json.loads(urlsafe_b64decode(head + "==")) == {"typ": "JWT", "alg": "ES256"}
    return dict(json.loads(urlsafe_b64decode(claims + "==")))


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_a_browser_reads_what_it_was_sent_and_knows_from_whom(endpoint: Listener) -> None:
    browser = Browser()
    notice = tell(subscribe(endpoint, browser.keys))
    run_due()
    run_due()
    (heard,) = endpoint.heard
    (row,) = Message.objects.all()
    assert browser.read(heard.body) == {"id": str(row.uid), "text": notice.text_zh, "link": "/t/1"}
    assert notice.text_zh.encode() not in heard.body
    names = ("content-encoding", "ttl", "urgency")
    assert [heard.headers[name] for name in names] == ["aes128gcm", "3600", "high"]
    claims = claims_of(heard)
    assert (claims["aud"], claims["sub"]) == (
        endpoint.url.removesuffix("/send"),
        "mailto:fair@example.org",
    )
    assert 0 < claims["exp"] - time.time() <= 24 * 3600
    assert row.state == "sent"
    with pytest.raises(InvalidTag):
        Browser().read(heard.body)


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(endpoint: Listener, status: int) -> None:
    endpoint.answers = [Answer(status)]
    tell(subscribe(endpoint, Browser().keys))
    run_due()
    run_due()
    assert (Address.objects.count(), Message.objects.get().state, len(endpoint.heard)) == (0, "failed", 1)


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_a_busy_push_service_is_asked_again_under_the_same_id(endpoint: Listener) -> None:
    browser = Browser()
    endpoint.answers = [Answer(429, b"", (("Retry-After", "3"),)), Answer(503), Answer(201)]
    tell(subscribe(endpoint, browser.keys))
    for _ in range(5):
        run_due()
    assert len({browser.read(heard.body)["id"] for heard in endpoint.heard}) == 1
    assert (len(endpoint.heard), Message.objects.get().state) == (3, "sent")
    assert len({heard.body[:16] for heard in endpoint.heard}) == 3  # never one salt twice


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "keys", [{"p256dh": "B" + "A" * 86, "auth": "A" * 22}, {"p256dh": "ÿ", "auth": ""}, {}]
)
def test_keys_that_are_none_hold_nothing_up(endpoint: Listener, keys: dict[str, str]) -> None:
    tell(subscribe(endpoint, keys))
    run_due()
    run_due()
    assert (Address.objects.count(), Message.objects.get().state, endpoint.heard) == (0, "failed", [])
