"""What assistants may ask: the reading commands, as read-only tools over MCP."""
