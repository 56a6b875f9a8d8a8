"""Jira, Cloud and Data Center: asks, and turns its answers into cards."""
