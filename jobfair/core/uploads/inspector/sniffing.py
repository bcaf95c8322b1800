"""What a file is, by its bytes. Its name and what the browser said of it are not asked."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from jobfair.core.uploads.inspector.verdict import Refused

CHUNK = 1 << 18
_HEAD = 1024  # a PDF reader looks for its header this far in (PDF 1.7, appendix H.3, note 13)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2
# The test virus of EICAR, which scanners must report; told apart so that this file is not one.
_TEST_VIRUS = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"
_ACTIVE = (b"<script", b"<?php", b"<html", b"<!doctype html")


def kind_of(source: BinaryIO) -> str:
    """pdf, zip or image; Refused for what no one may upload and for one file that is two."""
    source.seek(0)
    head = source.read(_HEAD)
    if head.startswith(_OLE):
        raise Refused(_ole_reason(source))
    kind = _kind(head)
    if kind is None:
        raise Refused("polyglot" if b"%PDF-" in head else "wrong_kind")
    if kind != "pdf" and b"%PDF-" in head:
        raise Refused("polyglot")
    if kind != "zip" and _is_zip(source):
        raise Refused("polyglot")
    if kind == "image" and _holds(source, _ACTIVE):
        raise Refused("polyglot")
    return kind


def _kind(head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    is_image = head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    )
    return "image" if is_image else None


def _is_zip(source: BinaryIO) -> bool:
    source.seek(0)
    return zipfile.is_zipfile(source)


def _ole_reason(source: BinaryIO) -> str:
    """An encrypted DOCX or XLSX hides in the same container as the old DOC and XLS ([MS-OFFCRYPTO] 2.3.2)."""
    return "encrypted" if _holds(source, ("EncryptedPackage".encode("utf-16-le"),)) else "old_office"


def refuse_known_virus(chunk: bytes) -> None:
    if _TEST_VIRUS in chunk:
        raise Refused("malware")


def scan_raw(source: BinaryIO) -> None:
    """Refuse a known virus anywhere in the file as it came."""
    if _holds(source, (_TEST_VIRUS,)):
        raise Refused("malware")


def _holds(source: BinaryIO, patterns: tuple[bytes, ...]) -> bool:
    source.seek(0)
    tail = b""
    while chunk := source.read(CHUNK):
        window = (tail + chunk).lower()
        if any(pattern.lower() in window for pattern in patterns):
            return True
        tail = chunk[-64:]
    return False
