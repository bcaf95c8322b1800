"""Unlawful conditions in a posting's own words."""

from jobfair.positions.legal.grounds import GROUNDS, Finding, find_unlawful

__all__ = ["GROUNDS", "Finding", "find_unlawful"]
