"""Files that people send: looked at in a limited subprocess, stripped of what tells of their author, kept apart.

    checked = check_upload(file, area="resumes", kinds={"pdf", "docx"}, max_bytes=10 * MB)   # outside a unit of work
    row.key = checked.key                                                                    # in the unit of work
    return attachment(row.key, name=row.name, content_type=row.content_type)                 # to those with a right

A file nobody's row names within an hour is swept, in each area whose domain told `keeps(area, in_use)`.
"""

from jobfair.core.uploads.checking import MB, CheckedUpload, Kind, check_upload
from jobfair.core.uploads.keeping import discard, keeps, open_stored
from jobfair.core.uploads.serving import attachment

__all__ = ["MB", "CheckedUpload", "Kind", "attachment", "check_upload", "discard", "keeps", "open_stored"]
