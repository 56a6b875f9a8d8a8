"""A Jira and a Trello on loopback, as strict as the real ones, for demo, tests and benchmark."""
