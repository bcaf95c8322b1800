"""Wire types of positions."""

from jobfair.positions.schemas.page import PayUnit, PositionOut, PositionPageOut

__all__ = ["PayUnit", "PositionOut", "PositionPageOut"]
