"""One's own résumé. Nobody else reads a draft; employers read versions, by the applications they received."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.resumes import rules
from jobfair.resumes.models import Resume, ResumeFile


def own_file(seeker: User) -> ResumeFile:
    """The file attached to one's résumé, or NoFile."""
    resume = Resume.objects.select_related("file").filter(seeker=seeker).first()
    if resume is None or resume.file is None:
        raise rules.NoFile
    return resume.file
