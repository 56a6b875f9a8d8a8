"""Trello: asks, and turns its answers into cards."""
