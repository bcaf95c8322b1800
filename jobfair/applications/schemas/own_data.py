"""Wire types of one's own data."""

from __future__ import annotations

from datetime import datetime

from jobfair.applications.models import Consent, DataExport
from jobfair.core.schemas import Schema


class ConsentGivenOut(Schema):
    """An employer that may have one's résumé."""

    employer_id: int
    employer_name: str
    text_version: str
    given_at: datetime

    @classmethod
    def of(cls, given: Consent) -> ConsentGivenOut:
        return cls(
            employer_id=given.employer_id,
            employer_name=given.employer.name,
            text_version=given.text_version,
            given_at=given.given_at,
        )


class ConsentsOut(Schema):
    consents: list[ConsentGivenOut]


class DataExportOut(Schema):
    """`ready_at` is null while the file is being made; its link works until `expires_at`. Size in bytes."""

    id: int
    requested_at: datetime
    ready_at: datetime | None
    expires_at: datetime
    size: int

    @classmethod
    def of(cls, export: DataExport) -> DataExportOut:
        return cls(
            id=export.pk,
            requested_at=export.requested_at,
            ready_at=export.ready_at,
            expires_at=export.expires_at,
            size=export.size,
        )


class DataExportsOut(Schema):
    exports: list[DataExportOut]


class AccountClosedOut(Schema):
    """What the record duty asks is kept, locked away, until `kept_until`."""

    closed_at: datetime
    kept_until: datetime
