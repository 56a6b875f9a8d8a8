"""Which names of statuses, resolutions and lists mean done or given up; pure.

The words and the ways they are compared are rules 4 and 5 of docs/counting.md.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from connectors.patterns import folded, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

ABANDONED = frozenset({
    "Cancelled", "Canceled", "Won't Do", "Won't Fix", "Won't Implement", "Abandoned", "Obsolete",
    "Withdrawn",
    # German, Spanish, French, Portuguese, Italian, Dutch, Swedish, Polish
    "Abgebrochen", "Storniert", "Verworfen", "Wird nicht erledigt", "Wird nicht gemacht",
    "Wird nicht behoben", "Wird nicht umgesetzt", "Zurückgezogen", "Obsolet",
    "Cancelado", "Cancelada", "No se hará", "No se corregirá", "No se solucionará", "Abandonado",
    "Obsoleto", "Retirado",
    "Annulé", "Annulée", "Ne sera pas fait", "Ne sera pas corrigé", "Ne sera pas résolu",
    "Abandonné", "Obsolète", "Retiré",
    "Não será feito", "Não será corrigido", "Descartado",
    "Annullato", "Non verrà fatto", "Non verrà corretto", "Non sarà fatto", "Abbandonato",
    "Geannuleerd", "Wordt niet gedaan", "Wordt niet opgelost", "Vervallen",
    "Avbruten", "Kommer inte att göras", "Anulowane", "Nie zostanie zrobione",
    # Russian, Chinese, Japanese, Korean
    "Отменено", "Отменён", "Не будет сделано", "Не будет исправлено",
    "不做", "不修复", "不予修复", "不解决", "已取消", "取消", "已废弃", "废弃", "已放弃",
    "対応しない", "対応せず", "修正しない", "修正せず", "実施しない", "キャンセル", "中止", "廃止",
    "취소됨", "취소", "하지 않음", "수정하지 않음",
})  # fmt: skip
"""A card in a status or list of this name is given up, whatever else is said of it."""

CANCELLING = ABANDONED | {
    "Duplicate", "Declined", "Rejected", "Invalid", "Superseded", "Out of Scope", "Incomplete",
    "Needs More Info", "Hold", "Later", "Unresolved", "Auto Closed", "Bulk Closed",
    "Cannot Reproduce", "Can't Reproduce", "Not Reproducible", "Works For Me",
    "Works as Designed", "By Design", "Not a Bug", "Not a Problem", "Not Our Bug",
    "Duplikat", "Abgelehnt", "Ungültig", "Nicht reproduzierbar", "Kann nicht reproduziert werden",
    "Kein Fehler",
    "Duplicado", "Duplicada", "Rechazado", "Inválido", "No se puede reproducir",
    "Doublon", "Rejeté", "Refusé", "Non valide", "Impossible à reproduire",
    "Rejeitado", "Não é possível reproduzir", "Não reproduzível",
    "Duplicato", "Rifiutato", "Non riproducibile", "Duplicaat", "Afgewezen", "Dubblett", "Avvisad",
    "Odrzucone", "Дубликат", "Отклонено", "Не воспроизводится",
    "重复", "重复问题", "暂不修改", "已拒绝", "拒绝", "无效", "无法重现", "无法复现", "不是缺陷",
    "重複", "却下", "無効", "再現不可", "再現できない", "중복", "거부됨", "재현 불가",
}  # fmt: skip
"""A closed card with a resolution or status of this name was given up, not done."""

FINISHED = frozenset({
    "done", "completed", "finished",
    "fertig", "erledigt", "abgeschlossen",
    "hecho", "hecha", "hechas", "hechos", "terminado", "terminada", "completado", "concluido",
    "finalizado", "finalizada", "listo",
    "feito", "feita", "feitos", "concluida",
    "terminé", "terminée", "terminés", "fini", "fait", "faite", "achevé",
    "fatto", "fatta", "completato", "finito", "terminato",
    "klaar", "afgerond", "voltooid", "klar", "klart", "färdig", "ferdig", "færdig", "valmis",
    "zrobione", "gotowe", "ukończone", "zakończone", "hotovo", "kész", "gata", "tamamlandı",
    "bitti", "selesai", "готово", "сделано", "выполнено", "завершено", "зроблено", "виконано",
    "完成", "已完成", "完了", "完了済み", "済み", "済", "終了", "クローズ", "已关闭", "已发布",
    "완료", "완료됨",
})  # fmt: skip
"""Words that say done even with more words behind them ("Done in the winter")."""

DELIVERED = frozenset({
    "complete", "shipped", "released", "live", "deployed", "closed", "accepted",
})  # fmt: skip
"""Words that say done unless the words behind them change it ("Live incidents")."""

AROUND = frozenset({
    "all", "our", "the", "this", "last", "previous", "past", "current", "is", "are", "was", "its",
    "it", "we", "have", "has", "been", "now", "finally", "recently", "already", "totally",
    "completely", "fully", "just", "really", "today", "yesterday", "and", "or",
    "sprint", "sprints", "iteration", "iterations", "week", "weeks", "month", "months", "quarter",
    "year", "day", "days", "release", "version", "milestone", "phase", "kw", "w", "q", "v", "s",
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep",
    "sept", "oct", "nov", "dec", "monday", "tuesday", "wednesday", "thursday", "friday",
    "archive", "archived", "list", "column",
    "tasks", "task", "cards", "items", "stories", "work", "stuff", "things", "features",
    "tickets", "todos",
})  # fmt: skip
"""Words that people put around the word for done without changing it."""

BEHIND = AROUND | {"to", "in", "on", "for", "at", "since", "of", "prod", "production", "users",
                   "customers", "public", "issues", "bugs", "web", "store"}  # fmt: skip
UNDOING = frozenset({
    "criteria", "criterion", "definition", "definitions", "checklist", "template", "templates",
    "soon", "next", "when", "if", "by", "before", "ideas", "but", "not", "except", "almost",
})  # fmt: skip
INCIDENTS = frozenset({"issues", "bugs", "incidents"})
NUMBERED = re.compile(r"(?:v|q|w|kw|s|fy|h)?\d+(?:st|nd|rd|th)?|r\d+")
TRAILING_BRACKETS = re.compile(r"\s*[(\[{][^()\[\]{}]*[)\]}]\W*$")
LAST_PART = re.compile(r"[-\u2010-\u2015:/\\(\[{|]+")
APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u00b4`]")
EDGES = re.compile(r"^[\W_]+|[\W_]+$")
BETWEEN = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """The name as it is compared: no case, accents, apostrophes, symbols at its ends."""
    shown = unicodedata.normalize("NFKC", visible(name))
    plain = unicodedata.normalize("NFKD", APOSTROPHES.sub("", shown))
    letters = "".join(c for c in plain.casefold() if not unicodedata.combining(c))
    return " ".join(EDGES.sub("", letters).split())


def same(name: str | None, names: Iterable[str]) -> bool:
    """Whether a name is one of these, whole, without regard to case."""
    return name is not None and folded(name) in _plains(tuple(names))


@lru_cache(maxsize=256)
def _plains(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(folded(name) for name in names)


def gives_up(name: str | None, names: frozenset[str]) -> bool:
    """Whether a name is one of these, whole or in its last part ("Closed (Won't Do)")."""
    if not name:
        return False
    return _gives_up(name, names)


@lru_cache(maxsize=4096)
def _gives_up(name: str, names: frozenset[str]) -> bool:
    known = _folded(names)
    unhyphenated = re.sub(r"[-\u2010-\u2015]", " ", name)
    parts = [fold(part) for part in LAST_PART.split(unicodedata.normalize("NFKC", name))]
    last = next((part for part in reversed(parts) if part), "")
    return bool({fold(name), fold(unhyphenated), last} & known)


@lru_cache(maxsize=256)
def _folded(names: frozenset[str]) -> frozenset[str]:
    return frozenset(fold(name) for name in names)


@lru_cache(maxsize=4096)
def names_done(name: str, more: frozenset[str] = frozenset(), *, builtin: bool = True) -> bool:
    """Whether a list's name says that what stands in it is done.

    A word for done counts with what people put around it ("✅ Done (Sprint 4)",
    "Shipped to LIVE"), not where the words before it make it something else
    ("Almost done", "Dev done"). `more` are the team's own words for done.
    """
    if "?" in name:
        return False
    words = _words(TRAILING_BRACKETS.sub("", name)) or _words(name)
    phrases = [(tuple(_words(phrase)), True) for phrase in more]
    if builtin:
        phrases += [((word,), True) for word in _folded(FINISHED)]
        phrases += [((word,), False) for word in DELIVERED]
    return any(_says_done(words, phrase, strong=strong) for phrase, strong in phrases)


def _words(text: str) -> list[str]:
    return [word for word in BETWEEN.split(fold(text)) if word]


def _says_done(words: list[str], phrase: tuple[str, ...], *, strong: bool) -> bool:
    size = len(phrase)
    if not size:
        return False
    for start in range(len(words) - size + 1):
        if tuple(words[start : start + size]) == phrase:
            before, behind = words[:start], words[start + size :]
            return all(_is_around(word) for word in before) and (
                not UNDOING & set(behind) if strong else _leaves_done(phrase[0], behind)
            )
    return False


def _is_around(word: str) -> bool:
    return word in AROUND or bool(NUMBERED.fullmatch(word)) or word in DELIVERED


def _leaves_done(word: str, behind: list[str]) -> bool:
    if word == "live" and INCIDENTS & set(behind):
        return False
    return all(_is_around(other) or other in BEHIND or other in FINISHED for other in behind)
