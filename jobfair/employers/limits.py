"""How often one may register, upload, invite and try links."""

from __future__ import annotations

from datetime import timedelta

from jobfair.core.limits import Limit

HOUR = timedelta(hours=1)

REGISTER_PER_USER = Limit("employer-register", 10, HOUR)  # also against asking which codes are known
UPLOAD_PER_USER = Limit("employer-upload", 30, HOUR)
INVITE_PER_EMPLOYER = Limit("employer-invite", 30, timedelta(days=1))
TOKEN_PER_USER = Limit("employer-token", 20, timedelta(minutes=10))
