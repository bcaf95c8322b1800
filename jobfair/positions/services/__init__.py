"""The only writers of positions. Lock order: fair, then positions by id."""

from jobfair.positions.services.complaints import report_position, settle_complaint
from jobfair.positions.services.editing import discard_edit, save_edit, start_position, submit_position
from jobfair.positions.services.importing import SheetHasRefusedRows, import_workbook, preview_workbook
from jobfair.positions.services.review import (
    close_expired,
    close_position,
    confirm_duties,
    correct_position,
    prolong_positions,
    publish_positions,
    recheck_positions,
    refuse_position,
)

__all__ = [
    "SheetHasRefusedRows",
    "close_expired",
    "close_position",
    "confirm_duties",
    "correct_position",
    "discard_edit",
    "import_workbook",
    "preview_workbook",
    "prolong_positions",
    "publish_positions",
    "recheck_positions",
    "refuse_position",
    "report_position",
    "save_edit",
    "settle_complaint",
    "start_position",
    "submit_position",
]
