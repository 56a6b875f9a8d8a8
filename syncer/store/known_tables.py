"""The tables of what is known of the sources: their cards as last fetched; no history."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Table

from syncer.store.columns import KEY_NAMES, count_column, key_columns, number_key, text_column

metadata = MetaData(naming_convention=KEY_NAMES)

# A source's cards as last fetched, for the next pull to compare with.
known_cards = Table(
    "known_cards",
    metadata,
    *key_columns("workspace", "source", "id"),
    count_column("fields"),  # the number of the names in `card_fields`
    count_column("shape", null=True),  # of `card_shapes`; null: all is in `card`
    text_column("card"),  # JSON list of the values that the shape doesn't have
)

# What many cards have in common: JSON lists of values.
card_shapes = Table(
    "card_shapes",
    metadata,
    number_key(),
    *(text_column(name) for name in ("workspace", "source", "shape")),
    Index(None, "workspace", "source"),
)

# What the values in both are called: each JSON once.
card_fields = Table(
    "card_fields",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    text_column("names"),
)
