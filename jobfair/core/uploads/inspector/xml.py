"""XML parts: no entities, no network, no depth without end."""

from __future__ import annotations

from typing import Any

from lxml import etree

from jobfair.core.uploads.inspector.verdict import Refused

_HEAD = 4096


def parse(data: bytes) -> Any:
    """The root element, or Refused where the part declares entities."""
    refuse_doctype(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("entities")
    return root


def refuse_doctype(data: bytes) -> None:
    """Office never writes one (ECMA-376 part 2, 6.2.5: a DTD declaration is an error)."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        if "<!DOCTYPE".encode(encoding) in data[:_HEAD] or "<!ENTITY".encode(encoding) in data[:_HEAD]:
            raise Refused("entities")


def serialise(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
