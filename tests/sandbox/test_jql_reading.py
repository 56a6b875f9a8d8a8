"""How the text of a query is read: precedence, quotes, functions, ORDER BY."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.jira.jql.parsing import Call, Clause, JqlError, Sort, Terms, Value, parse


def clause(field: str, operator: str, *values: str, listed: bool = False) -> Clause:
    return Clause(field, operator, tuple(Value(value) for value in values), listed)


def test_and_binds_closer_than_or():
    """`a or b and c` is `a or (b and c)`."""
    read = parse("a = 1 OR b = 2 AND c = 3").where
    assert read == Terms(
        "or", (clause("a", "=", "1"), Terms("and", (clause("b", "=", "2"), clause("c", "=", "3"))))
    )


def test_parentheses_come_first():
    """`(a or b) and c` is what it says."""
    read = parse("(a = 1 OR b = 2) AND c = 3").where
    assert isinstance(read, Terms)
    assert read.joint == "and"


def test_words_are_keywords_whole_and_in_any_case():
    """`android` doesn't begin with AND, and `And` is AND."""
    assert parse("android = oracle And b = inner-note").where == Terms(
        "and", (clause("android", "=", "oracle"), clause("b", "=", "inner-note"))
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a = 'it''s'", None),
        (r"a = 'it\'s'", "it's"),
        (r'a = "say \"x\""', 'say "x"'),
        (r"a = 'back\\slash'", "back\\slash"),
        (r"a = '\u0041\tb'", "A\tb"),
        (r"a = two\ words", "two words"),
        ("a = -30m", "-30m"),
        ("a = 2026-10-01", "2026-10-01"),
        ("a = 完成", "完成"),
    ],
)
def test_strings_are_unescaped(text: str, value: str | None):
    """Quotes, backslashes and Unicode escapes stand for what JQL says they do."""
    if value is None:
        with pytest.raises(JqlError):
            parse(text)
    else:
        assert parse(text).where == clause("a", "=", value)


def test_functions_keep_their_arguments():
    """A function is a value with a name and arguments."""
    read = parse('created >= startOfWeek("-1w")').where
    assert read == Clause("created", ">=", (Call("startOfWeek", ("-1w",)),), listed=False)


def test_custom_fields_go_by_number():
    """`cf[10016]` is a field."""
    assert parse("cf[10016] > 3").where == clause("cf[10016]", ">", "3")


def test_the_order_is_read_apart():
    """ORDER BY may stand alone; then there is no restriction."""
    assert parse("ORDER BY updated DESC, 'Story Points', key asc").order == (
        Sort("updated", descending=True),
        Sort("Story Points", descending=False),
        Sort("key", descending=False),
    )
    assert parse("order by key").where is None
    assert parse("  ").where is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("project =", "Expecting either a value, list or function before the end of the query."),
        ("project = PUB AND", "Expecting a field name before the end of the query."),
        ("project", "Expecting operator before the end of the query."),
        ("project PUB", "Expecting operator but got 'PUB'. (line 1, character 9)"),
        (
            "status = In Progress",
            ("Expecting either a value, list or function but got 'In'. (line 1, character 10)"),
        ),
        (
            "project = PUB status = Done",
            "Expecting either 'OR' or 'AND' but got 'status'. (line 1, character 15)",
        ),
        ("(project = PUB", "Expecting ')' before the end of the query."),
        (
            "labels = a*",
            (
                "The character '*' is a reserved JQL character. You must enclose it in a string. "
                "(line 1, character 11)"
            ),
        ),
        (r"labels = 'a\q'", r"'\q' is an illegal JQL escape sequence."),
        ("= PUB", "Expecting a field name but got '='. (line 1, character 1)"),
    ],
)
def test_what_is_not_jql_is_refused_in_the_services_words(text: str, complaint: str):
    """Each mistake has its sentence, most with line and character."""
    with pytest.raises(JqlError) as refused:
        parse(text)
    assert refused.value.messages == (f"Error in the JQL Query: {complaint}",)


@pytest.mark.parametrize(
    "text",
    ["status was Done", "status changed", "a in ()", "a = b,", "a = {b}", "order key", "NOT a = b"],
)
def test_what_the_sandbox_does_not_know_it_refuses(text: str):
    """History operators and the like are never passed over."""
    with pytest.raises(JqlError):
        parse(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str):
    """No text makes the reader stumble."""
    message = "Error in the JQL Query: "
    try:
        parse(text)
    except JqlError as refused:
        message = refused.messages[0]
    assert message.startswith("Error in the JQL Query: ")


@given(st.text(min_size=1, max_size=30))
def test_a_quoted_text_is_its_value(text: str):
    """Whatever a label is, quoting it with escapes brings it through whole."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    assert parse(f'labels = "{quoted}"').where == clause("labels", "=", text)
