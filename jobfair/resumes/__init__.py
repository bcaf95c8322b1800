"""A seeker's résumé: one form (and perhaps one file), saved as it is typed, frozen as it is sent.

Others use `services.freeze`, `schemas.ResumeVersionOut.of`, `files.version_file` and `pdf.render`.
"""
