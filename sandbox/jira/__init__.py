"""A Jira, Cloud or Data Center, that refuses what the real one refuses."""
