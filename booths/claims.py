"""The code on a walk-in's paper: who holds the paper holds the place. We keep its hash only."""

from __future__ import annotations

import secrets

from django.utils.crypto import salted_hmac

SALT = "booths.claim"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read for something else
LENGTH = 6  # 31^6 = 887 million; limits.py lets nobody try often


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def hash_of(label: str, code: str) -> str:
    """Of what stands on the paper, however it is typed: `42-017` and `42-17` are one number."""
    booth, _, number = label.strip().partition("-")
    plain = (
        f"{booth.strip().lstrip('0')}-{number.strip().lstrip('0')}|{code.strip().upper().replace(' ', '')}"
    )
    return salted_hmac(SALT, plain, algorithm="sha256").hexdigest()
