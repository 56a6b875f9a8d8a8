"""An okrs.yaml on disk, and what loading it says."""

from __future__ import annotations

from textwrap import dedent

import pytest

from config.load import load
from connectors.errors import ConfigurationError
from tests.config.samples import SOURCES, objective


@pytest.fixture
def okrs(tmp_path):
    """Give a function that loads a text as okrs.yaml."""

    def load_text(text: str | bytes):
        path = tmp_path / "okrs.yaml"
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return load(path, "okrs.yaml")

    return load_text


@pytest.fixture
def problems(okrs):
    """Give a function that tells the lines of the refusal of a text."""

    def refuse(text: str | bytes) -> list[str]:
        with pytest.raises(ConfigurationError) as caught:
            okrs(text)
        return str(caught.value).split("\n")

    return refuse


@pytest.fixture
def linked(problems):
    """Give a function that tells what is wrong with one link of the KR PUB-1, without its line."""

    def refuse(link: str, kr: str = "PUB-1") -> list[str]:
        lines = problems(f"{SOURCES}{objective(links=link, kr=kr)}")
        assert all(line.startswith("okrs.yaml:11: ") for line in lines)
        return [line.removeprefix("okrs.yaml:11: ") for line in lines]

    return refuse
