"""The jira client as a wire: JSON in, JSON out, several questions side by side.

The client's own retries, field cache, paging and Issue objects stay unused;
what each of them does to a worker is told in docs/decisions.md.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from jira import JIRA

from connectors.errors import NotUnderstoodError
from connectors.http import IN_FLIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from requests import Response

    from connectors.base import Access
    from connectors.boards.jira.cards import Json
    from connectors.http import Transport

T = TypeVar("T")

LANGUAGE = {"Accept-Language": "en", "X-Force-Accept-Language": "true"}
"""Cloud names things in the account's language unless it is forced not to; Data Center always.

https://github.com/salto-io/salto/pull/3854
"""


class JiraWire:
    """One source's questions for the length of a pull.

    `version` is that of the REST API: "3" on Cloud, "2" on Data Center.
    """

    def __init__(self, access: Access, transport: Transport, version: str) -> None:
        self.name = access.name
        self._access = access
        self._transport = transport
        self._version = version
        self._idle: list[Any] = []
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def together(self, questions: Iterable[Callable[[], T]]) -> list[T]:
        """The answers to all questions, in their order; the first error is raised.

        Questions may be asked together inside others: each call has threads of
        its own, and the transport counts what is in flight. There are more threads
        than may ask at once: while some read an answer, others ask.
        """
        asked = list(questions)
        if len(asked) < 2:  # noqa: PLR2004 - one question needs no thread
            return [question() for question in asked]
        with ThreadPoolExecutor(min(2 * IN_FLIGHT, len(asked)), self.name) as threads:
            waiting = [threads.submit(question) for question in asked]
            try:
                return [future.result() for future in waiting]
            finally:
                for future in waiting:
                    future.cancel()

    @contextmanager
    def beside(self, question: Callable[[], T]) -> Iterator[Callable[[], T]]:
        """Ask while others are asked; gives what waits for the answer.

        The question's own error comes before any that happens inside.
        """
        with ThreadPoolExecutor(1, self.name) as thread:
            asked = thread.submit(question)
            try:
                yield asked.result
            finally:
                asked.result()

    def again(self, question: Callable[[], T]) -> T:
        """Ask once more where the answer isn't understood: what contradicts itself may pass."""
        try:
            return question()
        except NotUnderstoodError:
            return question()

    def get(self, path: str, **params: object) -> Any:
        """What the platform API answers to a GET."""
        return self._got(path, params, JIRA.JIRA_BASE_URL)

    def get_in(self, path: str, language: str) -> Any:
        """What it answers in another language, where it can be forced to one."""
        headers = {**LANGUAGE, "Accept-Language": language}
        return self._got(path, {}, JIRA.JIRA_BASE_URL, headers)

    def agile(self, path: str, **params: object) -> Any:
        """What the boards' API answers to a GET."""
        return self._got(path, params, JIRA.AGILE_BASE_URL)

    def post(self, path: str, body: Json) -> Any:
        """What the platform API answers to a question too long for an address."""
        return self._json(path, self._posted(path, body))

    def read(self, path: str, body: Json, take: Callable[[Any], T]) -> T:
        """The same, for large answers: `take` gets them one at a time.

        Read side by side, they'd take memory and turns from each other.
        """
        answer = self._posted(path, body)
        with self._turn:
            return take(self._json(path, answer))

    def _posted(self, path: str, body: Json) -> Response:
        with self._client() as client:
            url = client._get_url(path)  # noqa: SLF001 - the only way without Issue objects
            answer: Response = client._session.post(url, json=body)  # noqa: SLF001
            return answer

    def _got(self, path: str, params: Json, base: str, headers: Json | None = None) -> Any:
        # Part of an answer (206, say) is none, and the next may be whole.
        return self.again(partial(self._got_once, path, params, base, headers or {}))

    def _got_once(self, path: str, params: Json, base: str, headers: Json) -> Any:
        with self._client() as client:
            url = client._get_url(path, base)  # noqa: SLF001 - as above
            answer = client._session.get(url, params=params, headers=headers)  # noqa: SLF001
            return self._json(path, answer)

    def _json(self, path: str, answer: Response) -> Any:
        try:
            return answer.json()
        except (ValueError, RecursionError) as error:
            raise NotUnderstoodError(
                f"{self.name}: {path}: the answer is cut off or not JSON"
            ) from error

    @contextmanager
    def _client(self) -> Iterator[Any]:
        client = self._borrow()
        try:
            yield client
        finally:
            with self._lock:
                self._idle.append(client)

    def _borrow(self) -> Any:
        """A client of this thread's own: the library has no locks."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        access = self._access
        signed = (
            {"basic_auth": (access.email, access.token)}
            if access.email
            else {"token_auth": access.token}
        )
        client = JIRA(
            options={
                "server": access.url,
                "rest_api_version": self._version,
                "headers": LANGUAGE,
            },
            get_server_info=False,
            max_retries=0,
            logging=False,
            **signed,
        )
        client._session.trust_env = False  # noqa: SLF001 - no .netrc; proxies are the transport's
        for scheme in ("https://", "http://"):
            client._session.mount(scheme, self._transport)  # noqa: SLF001 - there is no public way in
        return client
