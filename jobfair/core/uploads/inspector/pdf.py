"""PDF: nothing that runs, fetches, embeds or unpacks without end; no author, title or history kept."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from jobfair.core.uploads.inspector.pictures import refuse_too_many_pixels, without_metadata
from jobfair.core.uploads.inspector.sniffing import refuse_known_virus
from jobfair.core.uploads.inspector.verdict import Refused, Report

MB = 1 << 20
OBJECTS = 20_000
NODES = 400_000  # direct values inside them
DEPTH = 64
FORM_DEPTH = 12  # drawings within drawings
UNPACKED = 200 * MB
CHUNK = 1 * MB

# Actions (PDF 1.7, 12.6.4) and what holds them; a web link (/URI) and a jump within the file stay.
_ACTIONS = {
    "/JavaScript": "scripts",
    "/Launch": "actions",
    "/ImportData": "actions",
    "/SubmitForm": "actions",
    "/GoToR": "actions",
    "/GoToE": "embedded",
    "/Movie": "embedded",
    "/Sound": "embedded",
    "/Rendition": "embedded",
    "/RichMediaExecute": "embedded",
}
_KEYS = {
    "/JS": "scripts",
    "/JavaScript": "scripts",
    "/EmbeddedFiles": "embedded",
    "/EF": "embedded",
    "/RichMediaContent": "embedded",
    "/XFA": "scripts",
}
_ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/3D", "/Movie", "/Screen", "/Sound"}
_TELLING = ("/Metadata", "/PieceInfo", "/AA", "/OpenAction", "/Thumb", "/LastModified")


def inspect(source: BinaryIO, out: BinaryIO, *, max_pages: int) -> Report:
    source.seek(0)
    try:
        with pikepdf.open(source) as pdf:
            if pdf.is_encrypted:
                raise Refused("encrypted")
            _refuse_what_is_not_paper(pdf)
            pages = _count_pages(pdf, max_pages)
            _clean(pdf)
            pdf.save(out, fix_metadata_version=False, deterministic_id=True)  # the same paper, the same bytes
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except pikepdf.PdfError as error:
        raise Refused("recursive" if "Loop detected" in str(error) else "unreadable") from error
    return Report("pdf", "application/pdf", "pdf", pages)


def _refuse_what_is_not_paper(pdf: Pdf) -> None:
    if len(pdf.objects) > OBJECTS:
        raise Refused("too_complex")
    nodes, budget = 0, Unpacking()
    forms: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for indirect in pdf.objects:
        if not isinstance(indirect, Object):
            continue
        for value in _direct_values(indirect):
            nodes += 1
            if nodes > NODES:
                raise Refused("too_complex")
            if isinstance(value, Dictionary | Stream):
                _refuse_dictionary(value)
        if isinstance(indirect, Stream):
            _look_into(indirect, budget)
            if indirect.get("/Subtype") == Name.Form:
                forms[indirect.objgen] = set(_drawn_by(indirect))
    _refuse_nesting(forms)


def _direct_values(top: Object) -> Iterator[Object]:
    """`top` and the containers written inside it; what it refers to comes as an object of its own."""
    waiting: list[tuple[Object, int]] = [(top, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEPTH:
            raise Refused("too_complex")
        yield value
        waiting.extend((child, depth + 1) for child in _children(value) if _is_written_inside(child))


def _is_written_inside(value: Any) -> bool:
    return isinstance(value, Dictionary | Array) and not value.is_indirect


def _children(value: Object) -> list[Any]:
    if isinstance(value, Dictionary | Stream):
        return list(value.values())
    return list(value) if isinstance(value, Array) else []


def _refuse_dictionary(value: Object) -> None:
    keys = set(value.keys())
    for key in keys & _KEYS.keys():
        raise Refused(_KEYS[key])
    for key in keys & {"/S", "/Subtype"}:
        name = value.get(key)
        if not isinstance(name, Name):
            continue
        if key == "/S" and str(name) in _ACTIONS:
            raise Refused(_ACTIONS[str(name)])
        if key == "/Subtype" and str(name) in _ANNOTATIONS and "/Rect" in keys:
            raise Refused("embedded")
    if isinstance(value, Stream) and "/F" in keys:  # its bytes would come from another file (7.3.8.2)
        raise Refused("actions")


class Unpacking:
    """How much all streams together may unpack to."""

    def __init__(self) -> None:
        self.left = UNPACKED

    def inflate(self, packed: bytes, *, keep: bool) -> bytes:
        """Unpack in steps; what is kept for a next filter counts like what is only looked at."""
        unpacker, kept, tail = zlib.decompressobj(), [], b""
        while packed:
            try:
                chunk = unpacker.decompress(packed, CHUNK)
            except zlib.error:  # readers show what came before the damage
                break
            self.left -= len(chunk)
            if self.left < 0:
                raise Refused("unpacked_too_large")
            refuse_known_virus(tail + chunk)
            tail = chunk[-64:]
            if keep:
                kept.append(chunk)
            packed = unpacker.unconsumed_tail
            if not chunk and unpacker.eof:
                break
        return b"".join(kept)


def _look_into(stream: Stream, budget: Unpacking) -> None:
    filters = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, Array) else [str(filters or "")]
    if len(names) > 3:
        raise Refused("too_complex")
    data = stream.read_raw_bytes()
    refuse_known_virus(data)
    for index, name in enumerate(names):
        if name not in {"/FlateDecode", "/Fl"}:
            break
        data = budget.inflate(data, keep=index + 1 < len(names))
    if stream.get("/Subtype") == Name.Image:
        refuse_too_many_pixels(_number(stream, "/Width"), _number(stream, "/Height"))
        if names == ["/DCTDecode"]:
            bare = without_metadata(data)
            if bare != data:
                stream.write(bare, filter=Name.DCTDecode)


def _number(stream: Stream, key: str) -> int:
    value = stream.get(key, 0)
    return int(value) if isinstance(value, int) else 0


def _drawn_by(form: Stream) -> Iterator[tuple[int, int]]:
    """The forms a form's own resources name."""
    resources = form.get("/Resources")
    drawn = resources.get("/XObject") if isinstance(resources, Dictionary) else None
    if isinstance(drawn, Dictionary):
        for child in drawn.values():
            if isinstance(child, Stream) and child.get("/Subtype") == Name.Form:
                yield child.objgen


def _refuse_nesting(forms: dict[tuple[int, int], set[tuple[int, int]]]) -> None:
    """A drawing that draws itself never ends; a dozen levels of ten each nearly do not."""
    level = set(forms)
    for _ in range(FORM_DEPTH):
        level = {child for form in level for child in forms.get(form, ())}
        if not level:
            return
    raise Refused("recursive")


def _count_pages(pdf: Pdf, most: int) -> int:
    """Walks the tree itself: a tree that comes back to a page it had never ends."""
    seen: set[tuple[int, int]] = set()
    waiting, pages = [(pdf.Root.get("/Pages"), 0)], 0
    while waiting:
        node, depth = waiting.pop()
        if not isinstance(node, Dictionary):
            raise Refused("unreadable")
        if node.is_indirect and node.objgen in seen:
            raise Refused("recursive")
        if depth > DEPTH or len(seen) > OBJECTS:
            raise Refused("too_complex")
        seen.add(node.objgen)
        kids = node.get("/Kids")
        if isinstance(kids, Array):
            waiting.extend((kid, depth + 1) for kid in kids)
        else:
            pages += 1
    if pages > most:
        raise Refused("too_many_pages", pages)
    if pages == 0:
        raise Refused("unreadable")
    return pages


def _clean(pdf: Pdf) -> None:
    """Whoever wrote it, when, with what and from which earlier version is nobody's business."""
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for indirect in pdf.objects:
        if isinstance(indirect, Dictionary | Stream):
            for key in set(indirect.keys()) & set(_TELLING):
                del indirect[key]
