"""Jira's CSV export as a board source."""
