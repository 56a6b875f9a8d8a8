"""What the service says of a query that it refuses."""

from __future__ import annotations


class JqlError(Exception):
    """The query is refused; each of `messages` is a line of the service's answer."""

    def __init__(self, *messages: str) -> None:
        """Keep the lines apart."""
        super().__init__(" ".join(messages))
        self.messages = messages


def no_field(name: str) -> JqlError:
    """Refuse a field that the site doesn't have."""
    return JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")


def no_value(text: str, field: str) -> JqlError:
    """Refuse a value that the field doesn't have."""
    if text.isdecimal():
        return JqlError(f"A value with ID '{text}' does not exist for the field '{field}'.")
    return JqlError(f"The value '{text}' does not exist for the field '{field}'.")


def no_function(name: str, arguments: tuple[str, ...]) -> JqlError:
    """Refuse a function that isn't one of JQL's, or not one that this sandbox plays."""
    return JqlError(f"Unable to find JQL function '{name}({', '.join(arguments)})'.")
