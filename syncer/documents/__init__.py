"""The JSON documents that the reading commands, the page and assistants give alike."""
