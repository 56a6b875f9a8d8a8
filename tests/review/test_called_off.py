"""What a title says of a meeting that was called off, in any language that we know."""

from __future__ import annotations

import pytest

from syncer.review.called_off import called_off, without_call


@pytest.mark.parametrize(
    "title",
    [
        "Cancelled: OKR review",
        "Canceled: Canceled: OKR review",
        "CANCELED - OKR review",
        "[Cancelled] OKR review",
        "(canceled) OKR review",
        "❌ Cancelled: OKR review",
        "OKR review (cancelled)",
        "OKR review \u2013 abgesagt",
        "OKR review: fällt aus",
        "Abgesagt: OKR review",
        "Annulé\u00a0: OKR review",
        "Annulé / Cancelled: OKR review",
        "Cancelado: OKR review",
        "Annullato: OKR review",
        "Geannuleerd: OKR review",
        "Inställt: OKR review",
        "Avlyst: OKR review",
        "Aflyst: OKR review",
        "Peruutettu: OKR review",
        "Odwołane: OKR review",
        "Zrušeno: OKR review",
        "Lemondva: OKR review",
        "Anulat: OKR review",
        "İptal edildi: OKR review",
        "Dibatalkan: OKR review",
        "Отменено: OKR review",
        "Скасовано: OKR review",
        "已取消\uff1aOKR review",
        "【中止】OKR review",
        "キャンセル済み: OKR review",
        "취소됨: OKR review",
    ],
)
def test_a_word_for_it_before_or_behind_calls_a_meeting_off(title):
    """Before a colon, a dash or in brackets, doubled or not; what is left is the name."""
    assert called_off(title)
    assert without_call(title) == "OKR review"


@pytest.mark.parametrize(
    "title",
    ["OKR review", "Team: OKR review", "OKR review: Search", "Cancelled orders: a review", "", ":"],
)
def test_other_words_call_nothing_off(title):
    """A colon alone says nothing, and neither does a meeting about what was cancelled."""
    assert not called_off(title)
