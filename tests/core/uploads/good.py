"""Ordinary files, as phones, WPS and Word make them; each must pass."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pikepdf
from PIL import Image
from PIL.ExifTags import GPS, IFD
from PIL.ExifTags import Base as Exif

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOC_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SECRET = "张三的电脑"


def pdf(pages: int = 1, *, text: bytes = b"Resume", **save: object) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        page = made.add_blank_page(page_size=(595, 842))
        page.Contents = made.make_stream(b"BT /F1 12 Tf 72 720 Td (" + text + b") Tj ET")
    made.docinfo["/Author"] = SECRET
    made.docinfo["/Title"] = SECRET
    return written(made, **save)


def written(made: pikepdf.Pdf, **save: object) -> bytes:
    out = io.BytesIO()
    made.save(out, **save)  # type: ignore[arg-type]
    return out.getvalue()


def pdf_with_a_photo() -> bytes:
    made = pikepdf.new()
    page = made.add_blank_page()
    photo = made.make_stream(jpeg())
    photo.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 64, "/Height": 48})
    photo.update({"/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8})
    photo.Filter = pikepdf.Name.DCTDecode
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=photo))
    page.Contents = made.make_stream(b"/P Do")
    return written(made)


def pdf_with_links() -> bytes:
    """A web link, a jump and bookmarks: all of them ordinary."""
    made = pikepdf.new()
    page = made.add_blank_page()
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=[0, 0, 9, 9],
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org/"),
    )
    page.Annots = pikepdf.Array([made.make_indirect(link)])
    made.Root.OpenAction = pikepdf.Array([page.obj, pikepdf.Name.Fit])
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("工作经历", 0))
    return written(made)


def zipped(parts: dict[str, str | bytes], **info: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def docx_parts(body: str = "<w:p><w:r><w:t>焊工，八年经验</w:t></w:r></w:p>") -> dict[str, str | bytes]:
    office = "application/vnd.openxmlformats-officedocument"
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/'
            'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/'
            f'xml"/><Override PartName="/word/document.xml" ContentType="{MAIN}"/><Override PartName="/word/'
            f'comments.xml" ContentType="{office}.wordprocessingml.comments+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{DOC_RELS}/officeDocument" '
            'Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": (
            f'<w:document xmlns:w="{W}"><w:body><w:p><w:commentRangeStart w:id="0"/><w:ins w:id="1" '
            f'w:author="{SECRET}" w:date="2026-01-01T00:00:00Z"><w:r><w:t>王小明</w:t></w:r></w:ins>'
            f'<w:commentRangeEnd w:id="0"/></w:p>{body}</w:body></w:document>'
        ),
        "word/comments.xml": (
            f'<w:comments xmlns:w="{W}"><w:comment w:id="0" w:author="{SECRET}" w:initials="Z"><w:p><w:r><w:t>'
            "别写上一家公司</w:t></w:r></w:p></w:comment></w:comments>"
        ),
        "docProps/core.xml": (
            f'<cp:coreProperties xmlns:cp="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:creator>{SECRET}</dc:creator></cp:coreProperties>"
        ),
    }


def docx(**parts: str | bytes) -> bytes:
    return zipped(docx_parts())


def docx_with_a_photo() -> bytes:
    return zipped({**docx_parts(), "word/media/image1.jpg": jpeg()})


def xlsx(rows: int = 200) -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = SECRET
    sheet = book.active
    assert sheet is not None
    for row in range(rows):
        sheet.append([f"普工{row}", "5000-8000元/月", "若干", "大专及以上", "南通市崇川区"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def jpeg(size: tuple[int, int] = (64, 48)) -> bytes:
    """A phone's photo: turned, with the place it was taken at."""
    picture = Image.new("RGB", size, "#c4161c")
    told = picture.getexif()
    told[Exif.Artist] = "zhangsan-phone"
    told[Exif.Orientation] = 6
    told.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (32.0, 1.0, 5.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=told, comment=b"zhangsan-comment")
    return out.getvalue()


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (300, 200), (0, 0, 0, 60)).save(out, "PNG")
    return out.getvalue()


def webp() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "#faf8f5").save(out, "WEBP")
    return out.getvalue()
