"""Hostile files are refused within five seconds and a bounded memory, with nothing stored; good ones pass, bared."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from jobfair.core.uploads import MB, check_upload, keeping, open_stored
from jobfair.core.uploads.checking import Kind, run_inspector
from jobfair.core.uploads.inspector.limits import MEMORY
from jobfair.core.uploads.refusals import REASONS, FileRefused
from tests.core.uploads import good
from tests.core.uploads.hostile import HOSTILE
from tests.pace import Pace

pytestmark = pytest.mark.unit
ALL: set[Kind] = {"pdf", "docx", "xlsx", "image"}


@pytest.fixture(autouse=True)
def state(tmp_path: Path, settings: object) -> Path:
    settings.STATE_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def files_under(path: Path) -> list[Path]:
    return [one for one in path.rglob("*") if one.is_file()]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_time_and_leaves_nothing(state: Path, name: str) -> None:
    make, reason = HOSTILE[name]
    made = make()
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Pace() as pace:
        begun = time.monotonic()
        with pytest.raises(FileRefused) as refused:
            check_upload(io.BytesIO(made), area="tests", kinds=ALL, max_bytes=10 * MB)
        took, allowed = time.monotonic() - begun, pace.allows(8)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - ours) / 1024
    assert took < allowed  # five seconds of inspection, and a process's start
    assert grown < 8, f"the server grew by {grown:.0f} MB"
    assert files_under(state) == []
    sentence = refused.value.fields["file"]
    assert sentence.endswith("。")
    assert sentence.startswith(str(REASONS[reason]).partition("%")[0][:8]), (reason, sentence)


def test_the_corpus_is_as_large_as_promised_and_covers_every_reason() -> None:
    assert len(HOSTILE) >= 25
    assert {reason for _, reason in HOSTILE.values()} == REASONS.keys() - {"too_large"}


GOOD: dict[str, tuple[Callable[[], bytes], str, int]] = {
    "pdf": (good.pdf, "pdf", 1),
    "pdf of twenty pages": (lambda: good.pdf(20), "pdf", 20),
    "pdf with a photo": (good.pdf_with_a_photo, "pdf", 1),
    "pdf with links and bookmarks": (good.pdf_with_links, "pdf", 1),
    "pdf of an old writer": (lambda: good.pdf(force_version="1.3"), "pdf", 1),
    "docx": (good.docx, "docx", 0),
    "docx with a photo": (good.docx_with_a_photo, "docx", 0),
    "xlsx": (good.xlsx, "xlsx", 0),
    "xlsx of five thousand rows": (lambda: good.xlsx(5000), "xlsx", 0),
    "jpeg": (good.jpeg, "image", 1),
    "jpeg of twelve megapixels": (lambda: good.jpeg((4000, 3000)), "image", 1),
    "png": (good.png, "image", 1),
    "webp": (good.webp, "image", 1),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_passes_and_tells_nothing_of_its_author(name: str) -> None:
    make, kind, pages = GOOD[name]
    checked = check_upload(io.BytesIO(make()), area="tests", kinds=ALL, max_bytes=10 * MB)
    assert (checked.kind, checked.pages) == (kind, pages)
    with checked.open() as kept:
        data = kept.read()
    assert len(data) == checked.size
    if kind in {"docx", "xlsx"}:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            assert package.testzip() is None
            data = b"".join(package.read(part) for part in package.namelist())
    for trace in (good.SECRET.encode(), good.SECRET.encode("utf-16-be"), b"zhangsan", "别写上".encode()):
        assert trace not in data


def stored(data: bytes) -> bytes:
    checked = check_upload(io.BytesIO(data), area="tests", kinds=ALL, max_bytes=10 * MB)
    with checked.open() as kept:
        return kept.read()


def test_a_cleaned_pdf_still_reads_and_a_cleaned_docx_keeps_its_words() -> None:
    with pikepdf.open(io.BytesIO(stored(good.pdf(3)))) as pdf:
        assert len(pdf.pages) == 3
        assert b"Resume" in pdf.pages[0].Contents.read_bytes()
    with zipfile.ZipFile(io.BytesIO(stored(good.docx()))) as package:
        words = package.read("word/document.xml").decode()
        assert "王小明" in words
        assert "八年经验" in words


def test_a_photo_is_turned_upright_and_made_small() -> None:
    with Image.open(io.BytesIO(stored(good.jpeg((4000, 3000))))) as picture:
        assert picture.size == (1800, 2400)
        assert not picture.getexif()


def test_a_photo_inside_a_document_loses_its_place_and_stays_a_photo() -> None:
    with pikepdf.open(io.BytesIO(stored(good.pdf_with_a_photo()))) as pdf:
        photo = pdf.pages[0].Resources.XObject.P.read_raw_bytes()
    with Image.open(io.BytesIO(photo)) as picture:
        picture.load()
        assert not picture.getexif()


def test_what_is_not_asked_for_is_refused_by_name_of_what_is() -> None:
    with pytest.raises(FileRefused) as refused:
        check_upload(
            io.BytesIO(good.xlsx()), area="tests", kinds={"pdf", "docx"}, max_bytes=MB, field="resume"
        )
    assert refused.value.fields == {"resume": "只能上传Word（.docx）、PDF，请另存为其中一种后再传。"}


def test_fifty_megabytes_are_refused_without_being_kept(state: Path) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"%PDF-" + bytes(size - 5)

    sent = Endless()
    with pytest.raises(FileRefused) as refused:
        check_upload(sent, area="tests", kinds={"pdf"}, max_bytes=10 * MB)
    assert "10 MB" in refused.value.fields["file"]
    assert sent.given <= 11 * MB
    assert files_under(state) == []


def test_the_inspector_stays_within_its_memory(state: Path) -> None:
    """What it held at most, by its own count, over the files that ask for the most."""
    peaks: dict[str, int] = {}
    for name in ("pdf bomb in a bomb", "xlsx bomb", "docx of laughs", "docx of ten thousand parts"):
        raw = keeping.incoming() / keeping.new_name()
        raw.write_bytes(HOSTILE[name][0]())
        peaks[name] = run_inspector(raw, raw.with_suffix(".clean"), ALL, 20)["peak"] // MB
    print("peak MB:", peaks)
    assert max(peaks.values()) * MB < MEMORY / 2


def test_names_are_made_harmless() -> None:
    class Named(io.BytesIO):
        name = "../../etc/\u202efdp.王小明\x00的简历 final.exe"

    checked = check_upload(Named(good.pdf()), area="tests", kinds=ALL, max_bytes=MB)
    assert checked.name == "fdp.王小明的简历 final.pdf"
    with open_stored(checked.key) as kept:
        assert kept.read(5) == b"%PDF-"
