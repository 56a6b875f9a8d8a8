"""The page: what the report says, live, the cards behind each number, and the teams' check-ins."""
