"""The files that `okr-sync init` writes."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from config.access import access
from config.checks.advice import advice
from config.examples import write_examples
from config.load import load
from config.okrs import File
from config.settings import read_settings
from connectors.errors import ConfigurationError
from connectors.tracker_kinds import BUILT_IN, tracker_kind

if TYPE_CHECKING:
    from config.types import Frozen

OKRS = files("config").joinpath("okrs.example.yaml").read_text(encoding="utf-8")
ENVIRONMENT = files("config").joinpath("env.example").read_text(encoding="utf-8")
OPTION = re.compile(r"^( *)#(?=[^\s#])", re.MULTILINE)


@pytest.fixture
def every_option(okrs):
    """Give the example with every option taken out of its comment."""
    return okrs(OPTION.sub(r"\1", OKRS))


def written(value: object) -> set[tuple[str, str]]:
    """Tell which fields of which models were written in the file."""
    fields = set()
    if isinstance(value, BaseModel):
        fields |= {(type(value).__name__, name) for name in value.model_fields_set}
        value = [getattr(value, name) for name in type(value).model_fields]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        fields |= {field for item in value for field in written(item)}
    return fields


def known(model: type[Frozen], seen: set[str]) -> set[tuple[str, str]]:
    """Tell every field of a file's model, and of those within it."""
    fields = {(model.__name__, name) for name in model.model_fields}
    seen.add(model.__name__)
    for field in model.model_fields.values():
        inner = re.findall(r"(config\.[a-z]+)\.([A-Z]\w+)", repr(field.annotation))
        for module, name in {pair for pair in inner if pair[1] not in seen}:
            fields |= known(getattr(import_module(module), name), seen)
    return fields


def test_the_example_is_right_as_it_stands(okrs):
    """It loads, and there is nothing to advise."""
    example = okrs(OKRS)
    assert [kr.id for kr in example.objectives[0].key_results] == ["PUB-1"]
    assert advice(example) == ()


def test_every_option_is_in_the_example(every_option):
    """No field of the models is missing, and each is where it is right."""
    file = File(**{name: getattr(every_option, name) for name in File.model_fields})
    missing = known(File, set()) - written(file)
    assert missing == {("Review", "dates")}  # told in words
    assert "# Instead of every: rrule, or dates: [" in OKRS
    assert {source.kind for source in every_option.sources.values()} == set(BUILT_IN)
    links = [link for _, kr in every_option.key_results() for link in kr.links]
    for name, source in every_option.sources.items():
        own = [link.own.keys() for link in links if link.source == name]
        assert set().union(*own) == tracker_kind(source.kind).links.keys()
        assert source.own.keys() == tracker_kind(source.kind).options.keys()


def test_the_examples_counting_block_is_the_default(every_option):
    """What it says are the defaults are them."""
    assert every_option.counting == type(every_option.counting)()


def test_the_environments_example_names_what_the_okrs_example_needs(tmp_path, every_option):
    """With every line uncommented and filled in, each source has its way."""
    text = re.sub(r"^#(?=OKR)", "", ENVIRONMENT, flags=re.MULTILINE)
    (tmp_path / ".env").write_text(re.sub(r"=$", "=x", text, flags=re.MULTILINE))
    (tmp_path / "secrets").mkdir()
    environ = {"OKR_SYNC_SECRETS_DIR": "secrets"}
    assert set(access(every_option, read_settings(environ, tmp_path))) == set(every_option.sources)


def test_both_files_are_written_and_nothing_is_overwritten(tmp_path):
    """A second call refuses; one missing file is written again beside the other."""
    okrs, environment = tmp_path / "okrs.yaml", tmp_path / ".env.example"
    assert write_examples(tmp_path) == [okrs, environment]
    assert load(okrs).objectives
    assert environment.read_text() == ENVIRONMENT
    okrs.write_text("mine")
    with pytest.raises(ConfigurationError, match=r"okrs\.yaml and \.env\.example exist in "):
        write_examples(tmp_path)
    environment.unlink()
    assert write_examples(tmp_path) == [environment]
    assert okrs.read_text() == "mine"


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path):
    """No traceback for a folder that isn't there."""
    with pytest.raises(ConfigurationError, match="can't be written: No such file or directory"):
        write_examples(tmp_path / "none")
