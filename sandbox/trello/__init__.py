"""A Trello on loopback that refuses what it doesn't understand."""
