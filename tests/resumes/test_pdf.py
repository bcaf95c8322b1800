"""The form as a PDF: Chinese embedded, words never run, the same bytes for the same version."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest

from jobfair.core import clock
from jobfair.resumes import pdf
from jobfair.resumes.queries import Sheet, sheet_of_version
from jobfair.resumes.services import freeze
from tests.resumes.people import COMPLETE, client_of, make_applicant

AT = datetime(2026, 4, 11, 4, 0, tzinfo=UTC)


def sheet(**form: Any) -> Sheet:
    return Sheet({**COMPLETE, **form}, "+8613800001234", None, 1, AT)


def text_of(made: bytes) -> str:
    """The words on the pages, by each font's own table of characters."""
    words = []
    with pikepdf.open(io.BytesIO(made)) as document:
        for page in document.pages:
            tables = {name: _characters(font) for name, font in page.Resources.Font.items()}
            shown: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    shown = tables[str(operands[0])]
                if str(operator) in {"Tj", "TJ"}:
                    pieces = operands[0] if str(operator) == "TJ" else [operands[0]]
                    for piece in pieces:
                        if isinstance(piece, pikepdf.String):
                            codes = bytes(piece)
                            words += [
                                shown.get(int.from_bytes(codes[at : at + 2], "big"), "")
                                for at in range(0, len(codes), 2)
                            ]
    return "".join(words)


def _characters(font: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    for line in font.ToUnicode.read_bytes().decode("latin-1").splitlines():
        parts = [part.strip("<>") for part in line.split()]
        if len(parts) == 2 and line.startswith("<") and len(parts[0]) == 4:
            found[int(parts[0], 16)] = bytes.fromhex(parts[1]).decode("utf-16-be")
    return found


@pytest.mark.unit
def test_it_shows_the_form_in_an_embedded_font() -> None:
    made = pdf.render(
        sheet(pay_from=6000, skills=["焊工证"], jobs=[{"employer": "示例厂", "since": "2016-03"}])
    )
    told = text_of(made)
    for words in (
        "王小明",
        "电焊工",
        "138 0000 1234",
        "初中",
        "6,000 元起",
        "焊工证",
        "示例厂",
        "2016.03 – 至今",
    ):
        assert words in told, told
    assert "1990" not in told
    with pikepdf.open(io.BytesIO(made)) as document:
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        descriptors = [font.DescendantFonts[0].FontDescriptor for font in fonts]
        assert all("/FontFile3" in one or "/FontFile2" in one for one in descriptors)
        assert {"NotoSansSC" in str(one.FontName) for one in descriptors} == {True}
        assert len(document.pages) == 1
    assert len(made) < 200_000


HOSTILE_WORDS = [
    '#read("/etc/passwd")',
    '#image("/etc/passwd")',
    '#import "@preview/cades:0.3.0": *',
    "#{while true {}}",
    '#eval("1+1")',
    "] #sys.inputs [",
    "```rust fn main() {}```",
    "$ sum_(k=0)^oo $",
    "= 标题\n== 小标题 <label> @label",
    '\\u{41} \\" // /* */ *粗* _斜_ ~ -- ---',
    '"}, {"title": "x',
    "%s %(name)s {0} {{ }} ${x}",
    "</script><script>alert(1)</script>",
]


@pytest.mark.unit
@pytest.mark.parametrize("words", HOSTILE_WORDS)
def test_words_are_shown_and_never_run(words: str) -> None:
    made = pdf.render(sheet(summary=words, name=words[:20], jobs=[{"employer": words[:40], "did": words}]))
    bare = "".join(words.split())
    assert bare in "".join(text_of(made).split())
    assert b"root:" not in made


@pytest.mark.unit
@pytest.mark.parametrize(
    "form",
    [
        dict.fromkeys(COMPLETE, ""),
        {"summary": "👷‍♀️能吃苦🈶"},
        {"summary": "𠮷野家 生僻字：䶮 㐂 龘"},
        {"summary": "נכשל العربية"},
        {"summary": "长" * 500, "jobs": [{"employer": "厂" * 40, "role": "工" * 20, "did": "做" * 300}] * 8},
        {"summary": "\n\n".join("行" * 60)},
        {"skills": ["一" * 20] * 12},
    ],
    ids=["empty", "emoji", "rare characters", "right to left", "full", "many lines", "skills"],
)
def test_any_form_makes_a_page(form: dict[str, Any]) -> None:
    made = pdf.render(sheet(**form))
    with pikepdf.open(io.BytesIO(made)) as document:
        assert 1 <= len(document.pages) <= 4


@pytest.mark.unit
def test_it_is_made_in_a_moment_and_the_same_each_time() -> None:
    """0.25 s of a processor."""
    first = pdf.render(sheet())
    begun = time.process_time()
    assert pdf.render(sheet()) == first
    assert time.process_time() - begun < 5


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_ones_own_pdf_is_a_download_named_after_one() -> None:
    seeker = make_applicant()
    reply = client_of(seeker).get("/api/me/resume.pdf")
    assert reply.status_code == 200
    assert "%E7%8E%8B%E5%B0%8F%E6%98%8E.pdf" in reply["Content-Disposition"]
    assert reply["Content-Type"] == "application/pdf"
    assert "王小明" in text_of(b"".join(reply.streaming_content))
    version = freeze(seeker=seeker, now=clock.now())
    assert "电焊工" in text_of(pdf.render(sheet_of_version(version)))
