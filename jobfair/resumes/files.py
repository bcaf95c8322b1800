"""Downloads of the attached file: always as an attachment, only after access was decided elsewhere."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, HttpResponseBase

from jobfair.core.uploads.serving import as_attachment, attachment
from jobfair.resumes import pdf, rules
from jobfair.resumes.models import ResumeFile, ResumeVersion
from jobfair.resumes.queries import Sheet, sheet_of_version


def file_reply(file: ResumeFile) -> HttpResponseBase:
    return attachment(file.key, name=file.name, content_type=file.content_type)


def version_file(version: ResumeVersion) -> HttpResponseBase:
    """The file frozen with a version, for those whom `applications` lets read it; NoFile where there is none."""
    if version.file is None:
        raise rules.NoFile
    return file_reply(version.file)


def sheet_pdf(sheet: Sheet) -> HttpResponseBase:
    """The form as a PDF called after its owner."""
    name = f"{sheet.form.get('name') or '简历'}.pdf"
    reply = FileResponse(BytesIO(pdf.render(sheet)), as_attachment=True, filename=name)
    return as_attachment(reply, "application/pdf")


def version_pdf(version: ResumeVersion) -> HttpResponseBase:
    return sheet_pdf(sheet_of_version(version))
