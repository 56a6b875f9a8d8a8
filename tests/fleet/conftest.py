"""The PostgreSQL that the store's tests bring, for workers as well."""

from __future__ import annotations

from tests.store.conftest import schema_url, server  # noqa: F401 - the fixtures are used by name
