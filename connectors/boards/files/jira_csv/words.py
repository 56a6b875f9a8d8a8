"""What Jira calls things in the languages of its accounts, as far as an export needs it; pure.

An export has names where the API has keys. Each table holds what was met in real
exports, and the names that Jira's own language packs give.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from connectors.base import Category, Level
from connectors.patterns import visible


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Give a name as it is looked up: no case, no accents, no dots and dashes, one space."""
    letters = unicodedata.normalize("NFKD", visible(name).casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[-\u2010-\u2015_.'\u2019]+", " ", kept).split())


def _table(text: str) -> frozenset[str]:
    return frozenset(plain(name) for name in re.split(r"[|\n]", text) if name.strip())


CATEGORIES = {
    Category.NEW: _table(
        "To Do|New|Open|Zu erledigen|Neu|Aufgaben|À faire|Nouveau|Por hacer|Tareas por hacer|"
        "Nuevo|Itens Pendentes|Tarefas pendentes|A fazer|Fazer|Pendente|Da completare|Da fare|"
        "Te doen|Att göra|Opgaver|Skal udføres|Gjøremål|Å gjøre|Tehtävää|Tehtävät|Do zrobienia|"
        "Úkoly|K vyřízení|Teendő|К выполнению|Сделать|До виконання|Yapılacaklar|Yapılacak|"
        "待办|待处理|要做的事|待辦事項|作業前|未着手|해야 할 일|할 일|לביצוע"
    ),
    Category.ACTIVE: _table(
        "In Progress|Indeterminate|In Arbeit|In Bearbeitung|En cours|En curso|En progreso|"
        "Em andamento|In corso|In uitvoering|Actief|Mee bezig|Pågår|Pågående|I gang|Igangværende|"
        "Under arbeid|Kesken|Meneillään|W toku|W trakcie|Probíhá|Zpracovává se|Folyamatban|"
        "В работе|В процессе|В роботі|Devam Ediyor|Sürüyor|进行中|正在进行|处理中|進行中|"
        "작업 중|진행 중|בתהליך|בעבודה"
    ),
    Category.DONE: _table(
        "Done|Complete|Fertig|Erledigt|Terminé|Terminée|Terminé(e)|Listo|Hecho|Finalizado|"
        "Finalizada|Concluído|Concluída|Itens concluídos|Feito|Completato|Completata|Fatto|"
        "Gereed|Klaar|Voltooid|Klar|Klart|Slutfört|Færdig|Udført|Ferdig|Valmis|Gotowe|Zrobione|"
        "Ukończone|Hotovo|Dokončeno|Kész|Готово|Выполнено|Сделано|Tamam|Tamamlandı|Bitti|"
        "完成|已完成|完了|완료|완료됨|בוצע|הושלם"
    ),
    Category.UNDEFINED: _table("No Category|Undefined|Keine Kategorie|Aucune catégorie"),
}
"""A status category by what exports call it."""

DONE_STATUSES = CATEGORIES[Category.DONE] | _table(
    "Closed|Resolved|Geschlossen|Gelöst|Fermé|Fermée|Résolu|Résolue|Cerrado|Cerrada|Resuelto|"
    "Resuelta|Fechado|Fechada|Resolvido|Resolvida|Chiuso|Risolto|Gesloten|Opgelost|Stängd|Löst|"
    "Lukket|Løst|Suljettu|Ratkaistu|Zamknięte|Rozwiązane|Uzavřeno|Vyřešeno|Закрыто|Закрыт|"
    "Решено|Решен|Закрито|Kapalı|Çözüldü|已关闭|关闭|已解决|解决|クローズ|解決済み|완결|닫힘|해결됨|סגור"
)
"""Statuses that are done by their own name, for files without status categories."""

TYPES = {
    Level.SUBTASK: _table(
        "Sub-task|Subtask|Technical task|Unteraufgabe|Teilaufgabe|Sous-tâche|Subtarea|Subtarefa|"
        "Sottotask|Sottoattività|Sotto-attività|Subtaak|Deluppgift|Underuppgift|Delopgave|"
        "Underopgave|Deloppgave|Underoppgave|Alitehtävä|Podzadanie|Dílčí úkol|Részfeladat|"
        "Подзадача|Підзадача|Підзавдання|Alt Görev|子任务|子任務|サブタスク|子タスク|하위 작업|"
        "부작업|תת-משימה|תת משימה"
    ),
    Level.CONTAINER: _table(
        "Epic|Épopée|Epopeya|Épica|Épico|Epico|Epos|Epik|Epikus|Eepos|Эпик|Епік|Destan|"
        "史诗|长篇故事|史詩|大型故事|エピック|에픽|אפיק|אפוס|Initiative|Initiativ|Iniciativa|"
        "Iniziativa|Initiatief|Инициатива|计划项目|イニシアチブ|이니셔티브|Portfolio Epic|Legend|Saga"
    ),
    Level.BASE: _table(
        "Story|User Story|Task|Bug|Improvement|New Feature|Spike|Defect|Incident|Aufgabe|Fehler|"
        "Verbesserung|Neue Funktion|Histoire|Récit|Tâche|Bogue|Anomalie|Amélioration|Historia|"
        "Historia de usuario|Tarea|Error|Mejora|História|Tarefa|Melhoria|Storia|Attività|Taak|"
        "Verhaal|Uppgift|Berättelse|Bugg|Opgave|Historie|Fejl|Oppgave|Feil|Tehtävä|Tarina|Vika|"
        "Zadanie|Historyjka|Błąd|Úkol|Příběh|Chyba|Feladat|Történet|Hiba|История|Задача|Ошибка|"
        "Баг|Історія|Завдання|Помилка|Görev|Hikaye|Hata|故事|用户故事|任务|缺陷|故障|改进|任務|"
        "ストーリー|タスク|バグ|改善|스토리|작업|버그|개선|משימה|סיפור|באג"
    ),
}
"""An issue type's level by its name; other types show theirs by what they stand over and under."""

UNRESOLVED = _table(
    "Unresolved|Nicht erledigt|Non résolu|Non résolue|Sin resolver|Não resolvido|Non risolto|"
    "Niet opgelost|Olöst|Uløst|Ratkaisematon|Nierozwiązane|Nevyřešeno|Не решено|未解决|未解決|미해결"
)
"""What stands in an open issue's resolution, where the export has no empty field for none."""

MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan|januar|january|janv|janvier|ene|enero|janeiro|gen|gennaio|januari|tammi|sty|led|янв|січ|oca|ינו",
            "feb|februar|february|fevr|fevrier|febrero|fev|febbraio|februari|helmi|lut|uno|фев|лют|sub|פבר",
            "mar|marz|mrz|march|mars|marzo|marco|mrt|maart|maalis|bre|мар|бер|מרץ",
            "apr|april|avr|avril|abr|abril|aprile|huhti|kwi|dub|апр|кві|nis|אפר",
            "may|mai|mayo|maio|mag|maggio|mei|maj|touko|kve|май|мая|тра|מאי",
            "jun|juni|june|juin|junio|junho|giu|giugno|kesa|cze|cvn|июн|чер|haz|יונ",
            "jul|juli|july|juil|juillet|julio|julho|lug|luglio|heina|lip|cvc|июл|лип|tem|יול",
            "aug|august|aou|aout|ago|agosto|augustus|augusti|elo|sie|srp|авг|сер|אוג",
            "sep|sept|september|septembre|septiembre|set|setembro|settembre|syys|wrz|zar|сен|вер|eyl|ספט",
            "oct|okt|oktober|october|octobre|octubre|out|outubro|ott|ottobre|loka|paz|rij|окт|жов|eki|אוק",
            "nov|november|novembre|noviembre|novembro|marras|lis|ноя|kas|נוב",
            "dec|dez|dezember|december|decembre|dic|diciembre|dezembro|dicembre|joulu|gru|pro|дек|гру|ara|דצמ",
        ],
        1,
    )
    for name in _table(names)
}
"""Months as accounts' formats shorten them ("10/Jan/26", "05/août/25")."""

AFTERNOON = _table("pm|p m|nachm|下午|午後|오후")
FORENOON = _table("am|a m|vorm|上午|午前|오전")

STORY_POINTS = ("Story Points", "Story point estimate")
"""The fields that `auto` means, as Jira names them; the first that holds something counts."""
