"""JQL as far as this stand-in knows it, one clause and one field at a time."""
