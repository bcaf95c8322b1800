"""What the endpoints answer with."""

from __future__ import annotations

from jobfair.core.schemas import ErrorReply

READ = {404: ErrorReply, 422: ErrorReply}
OWN = {401: ErrorReply, **READ}
WRITE = {**OWN, 403: ErrorReply, 409: ErrorReply, 429: ErrorReply}
