"""Which words in a meeting's title say that it was called off, in the languages we know; pure."""

from __future__ import annotations

import re

from syncer.core.names import ABANDONED, fold

# What Outlook, Exchange and Google put before the title, in the mailbox's language, and
# what people write; doubled where two programs do so (GAS-ICS-Sync, issue 218).
WORDS = frozenset(
    fold(word)
    for word in (
        *ABANDONED,
        "Canceled event", "Cancelled event", "Called off", "Postponed",
        "Abgesagt", "Abgesagter Termin", "Entfällt", "Fällt aus", "Gestrichen", "Verschoben",
        "Annulée", "Événement annulé", "Supprimé", "Supprimée", "Reporté", "Reportée",
        "Evento cancelado", "Anulado", "Anulada", "Suspendido", "Suspendida", "Aplazado",
        "Aplazada", "Suspenso", "Suspensa", "Adiado", "Adiada",
        "Annullata", "Evento annullato", "Cancellato", "Cancellata", "Rinviato", "Rinviata",
        "Afgelast", "Afgezegd", "Geschrapt", "Uitgesteld",
        "Inställt", "Inställd", "Inställda", "Avbokad", "Avbokat", "Avbrutet", "Uppskjutet",
        "Avlyst", "Aflyst", "Kansellert", "Annulleret", "Utsatt", "Udsat",
        "Peruutettu", "Peruttu", "Peruuntunut",
        "Odwołane", "Odwołany", "Odwołana", "Odwołano", "Anulowany", "Anulowana", "Anulowano",
        "Zrušeno", "Zrušená", "Zrušené", "Zrušený", "Zrušená událost",
        "Lemondva", "Lemondott", "Elmarad", "Törölve", "Törölt",
        "Anulat", "Anulată", "Amânat", "Anulirano", "Otkazano",
        "İptal", "İptal edildi", "İptal Edilen", "Dibatalkan", "Batal",
        "Отменена", "Отменен", "Отмена", "Отмененное мероприятие", "Перенесено",
        "Скасовано", "Скасована", "Скасований", "Відмінено", "Отменено мероприятие",
        "已取消的活动", "已撤销", "已取消的活動", "延期", "已延期", "撤銷",
        "キャンセル済み", "キャンセルされた予定", "取り消し", "取消済み", "延期になりました",
        "취소된 일정", "취소된", "연기됨",
        "Ακυρώθηκε", "Ακυρωμένο", "בוטל", "ملغى", "تم الإلغاء", "ยกเลิก", "Đã hủy",
    )
)  # fmt: skip

_BEFORE = re.compile(
    r"[\s\W]*?([^:\uff1a\[\](){}\u3010\u3011]+?)\s*(?:[:\uff1a\])}\u3011]|\s[-\u2013\u2014])[\s:\uff1a]*(?=\S)"
)
_BEHIND = re.compile(
    r"(?<=\S)(?:\s*[\[({:\uff1a\u3010]|\s+[-\u2013\u2014])\s*([^\[\](){}:\uff1a]+?)\s*[\])}\u3011]?\s*$"
)
_AND = re.compile(r"[\s/,|+&]+")


def called_off(title: str) -> bool:
    """Tell whether a title says so, before or behind the meeting's name."""
    return without_call(title) != title


def without_call(title: str) -> str:
    """Take the words that call a meeting off from its title, doubled ones too."""
    bare = title
    while (before := _BEFORE.match(bare)) and _says_so(before[1]):
        bare = bare[before.end() :]
    while (behind := _BEHIND.search(bare)) and _says_so(behind[1]):
        bare = bare[: behind.start()]
    return bare


def _says_so(words: str) -> bool:
    return fold(words) in WORDS or all(fold(word) in WORDS for word in _AND.split(words.strip()))
