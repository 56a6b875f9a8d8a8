"""Reports and reminders on their way to people: mail, chat and pages, each at most once."""
