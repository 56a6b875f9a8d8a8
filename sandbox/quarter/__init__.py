"""A believable quarter of three teams, told as dated events over a Jira and a Trello."""
