"""Runs as a process of its own (`python -m jobfair.core.uploads.inspector`) and imports nothing of Django."""
