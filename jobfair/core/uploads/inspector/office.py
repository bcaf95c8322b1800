"""DOCX and XLSX: a ZIP of XML parts, unpacked within bounds and packed anew without its history."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from jobfair.core.uploads.inspector.parts import bare_part
from jobfair.core.uploads.inspector.sniffing import refuse_known_virus
from jobfair.core.uploads.inspector.verdict import Refused, Report
from jobfair.core.uploads.inspector.xml import parse, refuse_doctype

MB = 1 << 20
ENTRIES = 2_000
UNPACKED = 120 * MB
PART_UNPACKED = {"docx": 16 * MB, "xlsx": 80 * MB}
RATIO = 150  # real sheets of repeated words come to 60
RATIO_FROM = 4 * MB
CHUNK = 1 << 18
TEXT_LIKE = (".xml", ".rels", ".vml", ".svg")

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN = {f"{_WORD}.main+xml": "docx", f"{_EXCEL}.main+xml": "xlsx"}
_TYPES = {"docx": _WORD, "xlsx": _EXCEL}
_CONTENT_TYPES = "[Content_Types].xml"
_LOCAL_HEADER = 30  # bytes before the name (APPNOTE.TXT 4.3.7)

# Parts that run, and parts that are files of their own (ECMA-376 part 1, 15; [MS-OFFMACRO2] 2.2).
_FORBIDDEN_PARTS = {
    "vbaproject": "macros",
    "vbadata": "macros",
    "macrosheets/": "macros",
    "dialogsheets/": "macros",
    "activex/": "macros",
    "embeddings/": "embedded",
    "oleobject": "embedded",
    "afchunk": "embedded",
}
_EMBEDDING = ("/vbaproject", "/activex", "/oleobject", "/afchunk", "/control")
# Relations that fetch something when the document is opened; a link one has to click is none.
_HARMLESS_EXTERNAL = ("/hyperlink", "/externallinkpath", "/externallinklong", "/xlpathmissing")


def inspect(source: BinaryIO, out: BinaryIO, *, kinds: set[str], max_pages: int) -> Report:
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as package:
            members = _members(package, source)
            kind = _kind_of(package, members)
            if kind not in kinds:
                raise Refused("wrong_kind")
            _refuse_parts(members)
            _repack(package, members, out, kind=kind, max_pages=max_pages)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, etree.XMLSyntaxError) as error:
        raise Refused("unreadable") from error
    return Report(kind, _TYPES[kind], kind, 0)


def _members(package: zipfile.ZipFile, source: BinaryIO) -> list[zipfile.ZipInfo]:
    """The parts, where each has bytes of its own and a name that stays inside."""
    members = [member for member in package.infolist() if not member.is_dir()]
    if len(package.infolist()) > ENTRIES:
        raise Refused("too_complex")
    if any(member.flag_bits & 0x1 for member in members):
        raise Refused("encrypted")
    names = [member.filename.lower() for member in members]
    if len(set(names)) != len(names) or any(_leads_outside(name) for name in names):
        raise Refused("polyglot")
    if sum(member.file_size for member in members) > UNPACKED:
        raise Refused("unpacked_too_large")
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < end:  # parts that share bytes: a bomb that unpacks to 10^7 times itself
            raise Refused("unpacked_too_large")
        end = member.header_offset + _LOCAL_HEADER + len(member.filename) + member.compress_size
    if members and min(member.header_offset for member in members) != 0:
        raise Refused("polyglot")
    source.seek(0, 2)
    if source.tell() - end > 2 * MB:
        raise Refused("polyglot")
    return members


def _leads_outside(name: str) -> bool:
    return name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/")


def _kind_of(package: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> str:
    if _CONTENT_TYPES not in {member.filename for member in members}:
        raise Refused("wrong_kind")
    types = parse(_read(package, package.getinfo(_CONTENT_TYPES), 1 * MB))
    named = [str(node.get("ContentType", "")) for node in types.iter("{*}Override", "{*}Default")]
    if any("macroenabled" in name.lower() or "vbaproject" in name.lower() for name in named):
        raise Refused("macros")
    found = {_MAIN[name] for name in named if name in _MAIN}
    if len(found) != 1:
        raise Refused("wrong_kind")
    return found.pop()


def _refuse_parts(members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        for piece, reason in _FORBIDDEN_PARTS.items():
            if piece in member.filename.lower():
                raise Refused(reason)


def _repack(
    package: zipfile.ZipFile, members: list[zipfile.ZipInfo], out: BinaryIO, *, kind: str, max_pages: int
) -> None:
    """Copy part by part. Times, comments and whatever stood between the parts are left behind."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as clean:
        for member in members:
            name = member.filename
            if kind == "xlsx" and not name.endswith(".rels") and not name.startswith("docProps/"):
                _copy(package, member, clean)
                continue
            data = _read(package, member, PART_UNPACKED[kind])
            if name.endswith(".rels"):
                _refuse_fetching(data)
            clean.writestr(zipfile.ZipInfo(name), bare_part(name, data, max_pages), zipfile.ZIP_DEFLATED)


def _copy(package: zipfile.ZipFile, member: zipfile.ZipInfo, clean: zipfile.ZipFile) -> None:
    """Sheets are large: looked at in passing, never parsed."""
    head = b""
    with clean.open(zipfile.ZipInfo(member.filename), "w") as target:
        for chunk in _unpack(package, member, PART_UNPACKED["xlsx"]):
            if not head:
                head = chunk
                if member.filename.endswith(TEXT_LIKE):
                    refuse_doctype(head)
                if b"ddeLink" in head or b"oleLink" in head:
                    raise Refused("external")
            target.write(chunk)


def _read(package: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    return b"".join(_unpack(package, member, most))


def _unpack(package: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """What really comes out is counted, whatever the header says."""
    unpacked, tail = 0, b""
    with package.open(member) as part:
        while chunk := part.read(CHUNK):
            unpacked += len(chunk)
            is_bomb = unpacked > RATIO_FROM and unpacked > RATIO * max(1, member.compress_size)
            if unpacked > most or is_bomb:
                raise Refused("unpacked_too_large")
            refuse_known_virus(tail + chunk)
            tail = chunk[-64:]
            yield chunk


def _refuse_fetching(relations: bytes) -> None:
    for relation in parse(relations).iter("{*}Relationship"):
        kind = str(relation.get("Type", "")).lower()
        if any(piece in kind for piece in _EMBEDDING):
            raise Refused("embedded")
        if relation.get("TargetMode") == "External" and not kind.endswith(_HARMLESS_EXTERNAL):
            raise Refused("external")
