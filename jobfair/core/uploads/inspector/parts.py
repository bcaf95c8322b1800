"""One part of a document at a time: what it would do when opened, and what it tells of its author."""

from __future__ import annotations

import io
import re
from typing import Any

from lxml import etree
from PIL import Image, UnidentifiedImageError

from jobfair.core.uploads.inspector.pictures import refuse_too_many_pixels, without_metadata
from jobfair.core.uploads.inspector.verdict import Refused
from jobfair.core.uploads.inspector.xml import parse, refuse_doctype, serialise

TEXT_LONGEST = 100_000  # characters; twenty full pages hold 30,000
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?|webp)$", re.IGNORECASE)
_AUTHOR = {"author", "initials", "userId", "providerId"}
_COMMENT_MARKS = ("{*}commentRangeStart", "{*}commentRangeEnd", "{*}commentReference")
# Fields that fetch or run (ECMA-376 part 1, 17.16.5).
_FIELDS = re.compile(
    r"^\s*(?:DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|LINK|IMPORT|AUTOTEXTLIST)\b", re.IGNORECASE
)


def bare_part(name: str, data: bytes, max_pages: int) -> bytes:
    """The part without its author's traces, or Refused for what it would do."""
    if name.startswith("docProps/"):
        return _bare_properties(name, data, max_pages)
    if _PICTURE.search(name):
        return _bare_picture(data)
    if name.endswith(".svg") and re.search(rb"<script|javascript:|\bon[a-z]+\s*=", data, re.IGNORECASE):
        raise Refused("scripts")
    if name.startswith("word/") and name.endswith(".xml"):
        return _bare_word(name, data)
    if name.endswith((".xml", ".rels", ".vml")):
        refuse_doctype(data)
    return data


def _bare_properties(name: str, data: bytes, max_pages: int) -> bytes:
    """Only the empty shell of the properties stays, because relations point at it."""
    if not name.endswith(".xml"):  # a thumbnail
        return b""
    root = parse(data)
    pages = root.findtext("{*}Pages", default="0")
    if pages.isdecimal() and int(pages) > max_pages:
        raise Refused("too_many_pages", int(pages))
    for child in list(root):
        root.remove(child)
    return serialise(root)


def _bare_picture(data: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            refuse_too_many_pixels(*picture.size)
    except Image.DecompressionBombError as error:
        raise Refused("picture_too_large") from error
    except UnidentifiedImageError:
        return data
    return without_metadata(data)


def _bare_word(name: str, data: bytes) -> bytes:
    root = parse(data)
    if re.fullmatch(r"word/(?:comments\w*|people)\.xml", name):
        for child in list(root):
            root.remove(child)
        return serialise(root)
    letters = 0
    for node in root.iter(etree.Element):
        for attribute in node.attrib:
            if etree.QName(attribute).localname in _AUTHOR:
                node.set(attribute, "")
        letters += len(node.text or "")
    _refuse_fields(root)
    if letters > TEXT_LONGEST and name == "word/document.xml":
        raise Refused("too_many_pages")
    for mark in list(root.iter(*_COMMENT_MARKS)):
        mark.getparent().remove(mark)
    return serialise(root)


def _refuse_fields(root: Any) -> None:
    """A field's code may be cut into runs (17.16.19), so it is read as Word reads it: from one begin to the next."""
    codes = [str(value) for node in root.iter("{*}fldSimple") for value in node.attrib.values()]
    for paragraph in root.iter("{*}p"):
        code = ""
        for node in paragraph.iter("{*}instrText", "{*}fldChar"):
            is_text = etree.QName(node).localname == "instrText"
            code += (node.text or "") if is_text else "\n"
        codes += code.split("\n")
    if any(_FIELDS.match(code) for code in codes):
        raise Refused("external")
