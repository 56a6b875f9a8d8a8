"""Names of lists, statuses and resolutions: what means done, what means given up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.core.names import ABANDONED, CANCELLING, gives_up, names_done, same

DONE = [
    "Done", "DONE this week", "✅ Done (Sprint 4)", "Shipped to LIVE", "Done and Deployed",
    "DONE! 🙌🏽", "Done 🎉", "[Done]", "Complete", "Completed", "Finished", "Live 🚀", "Closed",
    "Accepted", "Released v1.2", "Deployed to production", "Closed issues", "All done!",
    "Sprint 12 - Done", "2026-11 Done", "Live / Done", "Done ✔️ Nov 2020", "📆 Sprint - Done",
    "Fertig", "Erledigt ✔", "Hecho", "Terminado", "Concluido", "Concluído", "Feito", "Terminé",
    "Fatto", "Klaar", "Klar", "Готово", "完成", "✅已完成", "完了", "クローズ",
]  # fmt: skip
NOT_DONE = [
    "Not done", "Definition of done", "Ready to be done", "Almost done", "(Almost) done", "Done?",
    "Undone", "Half-done", "Dev done", "To be released", "Ready for release", "Live issues",
    "Live bugs", "Closed beta", "Deployed to staging", "Done criteria", "Complete profile",
    "Not yet shipped", "Waiting to go live", "Done by Friday", "Nicht erledigt", "未完成",
    "To Do", "Doing", "Archive", "", "🎉",
]  # fmt: skip
GIVEN_UP = [
    "Won't Do", "wont do", "WON\u2019T FIX", "❌ Cancelled", "canceled", "Closed (Won't Do)",
    "Closed - Withdrawn", "Closed: Obsolete", "Closed/Abandoned", "Wird nicht erledigt",
    "Abgebrochen", "No se hará", "Annulé", "Não será feito", "不做", "已取消",
]  # fmt: skip
ONLY_CLOSING = [
    "Duplicate", "Can't Reproduce", "Cannot Reproduce", "Out-of-Scope", "Auto-Closed", "Hold",
    "Later", "Not a Bug", "Duplikat", "Doublon", "重复", "暂不修改", "Resolved: Works for me",
]  # fmt: skip


@pytest.mark.parametrize("name", DONE)
def test_a_word_for_done_is_known_with_what_people_put_around_it(name):
    """Lists that people name as done are done."""
    assert names_done(name)


@pytest.mark.parametrize("name", NOT_DONE)
def test_a_word_for_done_can_be_undone_by_others(name):
    """Lists whose other words make it something else are not."""
    assert not names_done(name)


def test_a_team_adds_its_own_words_for_done():
    """Added names count like the built-in ones; without those only they do."""
    ours = frozenset({"Passed UAT"})
    assert names_done("✅ Passed UAT (Sprint 4)", ours)
    assert not names_done("Not passed UAT", ours)
    assert not names_done("Passed UAT", frozenset())
    assert names_done("Done", ours)
    assert not names_done("Done", ours, builtin=False)
    assert not names_done("Done", frozenset({"🎉"}), builtin=False)


@pytest.mark.parametrize("name", GIVEN_UP)
def test_names_of_given_up_work_are_known(name):
    """The seven names, their translations, whole or as the last part, in any spelling."""
    assert gives_up(name, ABANDONED)
    assert gives_up(name, CANCELLING)


@pytest.mark.parametrize("name", ONLY_CLOSING)
def test_cancelling_names_cancel_only_closed_work(name):
    """The other cancelling names aren't among the seven."""
    assert gives_up(name, CANCELLING)
    assert not gives_up(name, ABANDONED)


@pytest.mark.parametrize("name", [None, "", "Fixed", "Done", "On Hold", "Cancelled by mistake"])
def test_other_names_give_nothing_up(name):
    """A name that only begins like one of them isn't one."""
    assert not gives_up(name, CANCELLING)


def test_invisible_characters_give_nothing_away():
    """A status that looks like Won't Do is Won't Do, and a list that looks like Done is Done."""
    assert gives_up("Won\u2019t\u00a0D\u200bo", ABANDONED)
    assert names_done("D\u200bone \u2705\ufe0f")


def test_names_are_the_same_whole_and_without_case():
    """`same` compares whole names: no parts, no case, no doubled spaces."""
    assert same("in  Review", ["IN REVIEW"])
    assert not same("In Review (QA)", ["In Review"])
    assert not same(None, ["x"])


@given(st.text())
def test_any_name_can_be_asked_about(name):
    """No text that a person can type makes the rules fail."""
    assert isinstance(names_done(name), bool)
    assert isinstance(gives_up(name, CANCELLING), bool)


@given(st.sampled_from(DONE), st.sampled_from(["✅ ", "🎉", "*** ", "  "]))
def test_decoration_changes_nothing(name, decoration):
    """Symbols before and behind a name don't change what it says."""
    assert names_done(f"{decoration}{name}{decoration}")
