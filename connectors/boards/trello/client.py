"""py-trello as a wire: JSON out, over our session, to the server we name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
from trello import TrelloClient

from connectors.errors import NotUnderstoodError
from connectors.http import open_session

if TYPE_CHECKING:
    from connectors.base import Access
    from connectors.http import Transport


class TrelloWire:
    """One source's questions for the length of a pull; safe from any thread.

    The library adds key and token to the address; here they go into a header,
    which no proxy logs.
    """

    def __init__(self, access: Access, transport: Transport) -> None:
        self.name = access.name
        self._base = access.url.rstrip("/")
        self._session = open_session(transport, _Signature(access.key or "", access.token))
        self._client = TrelloClient(api_key=None, http_service=self)

    def get(self, path: str, **params: object) -> Any:
        """What Trello answers to a GET."""
        try:
            return self._client.fetch_json(path, query_params=dict(params))
        except ValueError as error:
            raise NotUnderstoodError(
                f"{self.name}: {path}: the answer is cut off or not JSON"
            ) from error

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """What py-trello calls: the same request to our server, signed by the session."""
        options.pop("auth", None)
        address = url.replace("https://api.trello.com", self._base, 1)
        return self._session.request(method, address, **options)


class _Signature(requests.auth.AuthBase):
    """Signs by a header."""

    def __init__(self, key: str, token: str) -> None:
        self._header = f'OAuth oauth_consumer_key="{key}", oauth_token="{token}"'

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request
