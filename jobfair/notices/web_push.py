"""Web Push (RFC 8030), encrypted for the browser (RFC 8291) and signed by the house (VAPID, RFC 8292): an extra.

Mainland phones often have no push service and WeChat's browser has none, so nothing depends on it.
"""

from __future__ import annotations

import binascii
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from jobfair.core import clock
from jobfair.notices.gateways import AddressGone, Outgoing, Refused, hand_to

KEPT_FOR = timedelta(hours=1)  # by the push service, while the phone is away
SIGNED_FOR = timedelta(hours=12)  # RFC 8292 allows 24
RECORD = 4096  # bytes of the only record, RFC 8188
CURVE = ec.SECP256R1()
# Endpoints are given by browsers, so only the push services themselves are written to, never an address of ours.
SERVICES = ("fcm.googleapis.com", "push.services.mozilla.com", "notify.windows.com", "push.apple.com")


def is_configured() -> bool:
    return bool(settings.VAPID_PRIVATE_KEY)


def push_key() -> str:
    """The key a browser subscribes with; empty where the house sends no pushes."""
    return settings.VAPID_PUBLIC_KEY if is_configured() or settings.DEBUG else ""


def is_push_service(endpoint: str) -> bool:
    """Whether `endpoint` is an address of a browser maker's push service."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    known = any(host == name or host.endswith(f".{name}") for name in SERVICES)
    return parts.scheme == "https" and known and port in {None, 443} and parts.username is None


class VapidGateway:
    """Encrypts for the browser and hands the message to its maker's push service."""

    def send(self, message: Outgoing) -> None:
        content = {"id": str(message.uid), "text": message.text, "link": message.link}
        house = private_key(settings.VAPID_PRIVATE_KEY)
        try:
            body = encrypt(
                json.dumps(content, ensure_ascii=False).encode(),
                browser=unpadded(message.keys["p256dh"]),
                secret=unpadded(message.keys["auth"]),
                salt=os.urandom(16),
                ours=ec.generate_private_key(CURVE),
            )
        except (KeyError, ValueError, InvalidKey):
            raise AddressGone("the browser's keys are none") from None
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(int(KEPT_FOR.total_seconds())),
            "Urgency": "high",
            "Authorization": vapid(message.to, house, contact=settings.VAPID_CONTACT, now=clock.now()),
        }
        try:
            hand_to(message.to, body, headers)
        except AddressGone:
            raise
        except Refused as error:
            if error.status == 404:  # RFC 8030, 7.3: the subscription is no more
                raise AddressGone(str(error), status=404) from None
            raise


def encrypt(
    text: bytes, *, browser: bytes, secret: bytes, salt: bytes, ours: ec.EllipticCurvePrivateKey
) -> bytes:
    """One aes128gcm record for the browser with that public key and authentication secret (RFC 8291, 3.4).

    `salt` and `ours` are fresh for each message. Raises ValueError for a key that is no point of the curve.
    """
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, browser)
    us = point(ours.public_key())
    material = _hkdf(
        ours.exchange(ec.ECDH(), theirs), salt=secret, info=b"WebPush: info\0" + browser + us, length=32
    )
    key = _hkdf(material, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _hkdf(material, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    sealed = AESGCM(key).encrypt(nonce, text + b"\2", None)  # 2: the last record
    return salt + RECORD.to_bytes(4, "big") + bytes([len(us)]) + us + sealed


def vapid(endpoint: str, house: ec.EllipticCurvePrivateKey, *, contact: str, now: datetime) -> str:
    """The Authorization header: who sends, for this push service alone, as a signed token (RFC 8292, 2 and 3)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + SIGNED_FOR).timestamp()),
        "sub": f"mailto:{contact}",
    }
    head = ".".join(
        padless(json.dumps(part, separators=(",", ":")).encode())
        for part in ({"typ": "JWT", "alg": "ES256"}, claims)
    )
    r, s = decode_dss_signature(house.sign(head.encode(), ec.ECDSA(SHA256())))
    token = f"{head}.{padless(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
    return f"vapid t={token}, k={padless(point(house.public_key()))}"


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """From the base64url of its 32 bytes, as key makers for VAPID print it."""
    return ec.derive_private_key(int.from_bytes(unpadded(text), "big"), CURVE)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def padless(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def unpadded(text: str) -> bytes:
    """base64url with or without its padding; ValueError for anything else."""
    try:
        return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def _hkdf(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)
