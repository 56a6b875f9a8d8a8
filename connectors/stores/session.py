"""One OKR tool over HTTP: JSON goes in and out, over the one transport, and no write twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.errors import (
    NotAuthorisedError,
    NotFoundError,
    NotUnderstoodError,
    RejectedError,
    SourceError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import requests

    from connectors.clock import Clock
    from connectors.okr_tool import StoreAccess, ToolNumber

FORBIDDEN = 403


class ToolSession:
    """A tool's API below its server's address; every method raises `SourceError`.

    `part` is the secret whose variable a message names where the tool refuses us.
    Without `once` what may have been heard is sent again: for questions that go by POST.
    """

    def __init__(
        self,
        access: StoreAccess,
        clock: Clock,
        patience: float,
        headers: Mapping[str, str],
        *,
        part: str = "token",
        courier: bool = False,
        once: bool = True,
    ) -> None:
        """Open it; nothing is asked yet."""
        from connectors.http import Transport  # noqa: PLC0415 - who only shows numbers needs none

        self.name = access.name
        self.clock = clock
        self._url = access.url.rstrip("/")
        self._transport = Transport(
            f"store {access.name}",
            clock,
            patience=patience,
            secrets=access.secrets,
            variable=access.variable(part),
            courier=courier,
            once=once,
        )
        self._session = self.plain_session()
        self._session.headers.update(headers)

    def sign(self, auth: Callable[[requests.PreparedRequest], requests.PreparedRequest]) -> None:
        """Let each request be signed so before it goes."""
        self._session.auth = auth

    def plain_session(self) -> requests.Session:
        """Give a session over the same transport that adds nothing, for signing in elsewhere."""
        import requests  # noqa: PLC0415 - as above

        session = requests.Session()
        # With an auth of its own, be it none, requests looks for no other in .netrc.
        session.auth = _as_it_is
        session.mount("https://", self._transport)
        session.mount("http://", self._transport)
        return session

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Ask, and give the answer's JSON."""
        return self._json(self.request("GET", path, params=params))

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        params: Mapping[str, Any] | None = None,
    ) -> Any:
        """Send a JSON body, and give the answer's JSON."""
        return self._json(self.request(method, path, json=body, params=params))

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send a request as it is; a redirection is an error, as credentials go nowhere else."""
        return self._session.request(method, self._url + path, allow_redirects=False, **options)

    def _json(self, answer: requests.Response) -> Any:
        try:
            return answer.json()
        except ValueError as error:
            raise self.puzzled("no JSON", answer.status_code) from error

    def part(self, value: Any, *path: str | int) -> Any:
        """Give what stands at a path in an answer; raises where it isn't there."""
        for step in path:
            try:
                value = value[step]
            except (LookupError, TypeError) as error:
                raise self.puzzled(f"an answer without {step}") from error
        return value

    def number(self, value: Any) -> float | None:
        """Read a number, or a text that is one; None for an empty one."""
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self.puzzled("a value that is no number")
        try:
            return float(value)
        except ValueError as error:
            raise self.puzzled("a value that is no number") from error

    def puzzled(self, answer: str, status: int | None = None) -> NotUnderstoodError:
        """Make the error for an answer that isn't what the tool documents."""
        return NotUnderstoodError(
            f"store {self.name}: {answer}; is url the address of the tool's API?", status=status
        )


def one_by_one(
    ids: Sequence[str], read: Callable[[str], ToolNumber]
) -> dict[str, ToolNumber | SourceError]:
    """Ask for each by itself; what one lacks is its own problem, what all lack is everybody's.

    Missing credentials and a tool that is down are met by the next as well.
    """
    answers: dict[str, ToolNumber | SourceError] = {}
    for id_ in ids:
        try:
            answers[id_] = read(id_)
        except (NotFoundError, RejectedError) as error:
            answers[id_] = error
        except NotAuthorisedError as error:
            if error.status != FORBIDDEN:
                raise
            answers[id_] = error
    return answers


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
