"""Trello's JSON export as a board source."""
