"""Which column of an export holds what, in the language of whoever exported it; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from connectors.boards.files.jira_csv.words import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class CsvColumn(StrEnum):
    """What an export tells of an issue, as English accounts call it; nobody is among it."""

    KEY = "Issue key"
    ID = "Issue id"
    TYPE = "Issue Type"
    STATUS = "Status"
    CATEGORY = "Status Category"
    CATEGORY_CHANGED = "Status Category Changed"
    SUMMARY = "Summary"
    RESOLUTION = "Resolution"
    CREATED = "Created"
    UPDATED = "Updated"
    RESOLVED = "Resolved"
    LABELS = "Labels"
    SPRINT = "Sprint"
    PARENT = "Parent"
    PARENT_KEY = "Parent key"
    PARENT_SUMMARY = "Parent summary"
    EPIC_LINK = "Epic Link"
    EPIC_NAME = "Epic Name"


HEADERS: Mapping[CsvColumn, str] = {
    CsvColumn.KEY: "Issue key|Key|Work item key|Vorgangsschlüssel|Schlüssel|Clé de ticket|Clé de demande|"
    "Clé|Clave de incidencia|Clave de la incidencia|Clave de ticket|Clave|Chave da item|"
    "Chave do item|Chave da ocorrência|Chave|Chiave segnalazione|Chiave ticket|Chiave|"
    "Issuesleutel|Issue-sleutel|Sleutel|Ärendenyckel|Nyckel|Sagsnøgle|Saksnøkkel|Tapahtuma-avain|"
    "Klucz zgłoszenia|Klucz|Klíč požadavku|Klíč|Kulcs|Ключ проблемы|Ключ задачи|Ключ запроса|Ключ|"
    "Ключ завдання|Anahtar|问题关键字|事务关键字|关键字|問題關鍵字|課題キー|作業項目キー|キー|이슈 키|"
    "업무 항목 키|키|מפתח",
    CsvColumn.ID: "Issue id|Work item id|Vorgangs-ID|Vorgangs ID|ID de ticket|ID de demande|"
    "ID de la incidencia|ID de incidencia|ID da item|ID do item|ID da ocorrência|ID segnalazione|"
    "ID ticket|Issue-id|Issue ID|Ärende-ID|Ärende-id|Sags-id|Saks-ID|Tapahtuman tunnus|"
    "ID zgłoszenia|ID požadavku|ID проблемы|ID задачи|ID запроса|ID завдання|问题ID|问题 ID|事务 ID|"
    "問題 ID|課題 ID|課題ID|作業項目 ID|이슈 ID|업무 항목 ID",
    CsvColumn.TYPE: "Issue Type|Type|Work type|Work item type|Vorgangstyp|Typ|Type de ticket|"
    "Type de demande|Tipo de Incidencia|Tipo de ticket|Tipo de item|Tipo do item|Tipo de ocorrência|"
    "Tipo|Tipo di segnalazione|Tipo segnalazione|Tipo ticket|Issuetype|Issue-type|Ärendetyp|"
    "Sagstype|Sakstype|Tapahtuman tyyppi|Typ zgłoszenia|Typ požadavku|Тип проблемы|Тип задачи|"
    "Тип запроса|Тип завдання|Тип|问题类型|事务类型|問題類型|課題タイプ|作業タイプ|이슈 유형|업무 유형|סוג",
    CsvColumn.STATUS: "Status|État|Statut|Estado|Stato|Situação|Tila|Stan|Stav|Статус|Состояние|Durum|"
    "状态|狀態|ステータス|状況|상태|סטטוס|מצב",
    CsvColumn.CATEGORY: "Status Category|Statuskategorie|Catégorie d'état|Catégorie de statut|"
    "Categoría de estado|Categoría del estado|Categoria de status|Categoria do status|"
    "Categoria stato|Categoria dello stato|Statuscategorie|Statuskategori|Tilaluokka|"
    "Kategoria statusu|Kategorie stavu|Категория статуса|Категорія статусу|Durum Kategorisi|"
    "状态类别|状态分类|狀態類別|ステータス カテゴリ|ステータスカテゴリー|상태 범주|상태 카테고리",
    CsvColumn.CATEGORY_CHANGED: "Status Category Changed|Statuskategorie geändert|"
    "Catégorie d'état modifiée|Catégorie de statut modifiée|Categoría de estado cambiada|"
    "Cambio de categoría de estado|Categoria de status alterada|Categoria do status alterada|"
    "Categoria stato modificata|Statuscategorie gewijzigd|Statuskategori ändrad|"
    "Категория статуса изменена|状态类别已更改|状态类别已变更|ステータス カテゴリの変更|상태 범주 변경됨",
    CsvColumn.SUMMARY: "Summary|Zusammenfassung|Résumé|Resumen|Resumo|Riepilogo|Samenvatting|"
    "Sammanfattning|Resumé|Sammendrag|Yhteenveto|Podsumowanie|Souhrn|Összefoglalás|Тема|Резюме|"
    "Підсумок|Özet|摘要|概要|主题|要約|요약|תקציר",
    CsvColumn.RESOLUTION: "Resolution|Lösung|Résolution|Resolución|Resolução|Risoluzione|Oplossing|"
    "Lösning|Løsning|Ratkaisu|Rozwiązanie|Řešení|Решение|Резолюция|Вирішення|Çözüm|解决结果|"
    "解决方案|解決方案|解決状況|해결|해결책|החלטה",
    CsvColumn.CREATED: "Created|Erstellt|Création|Créé|Créée|Creada|Creado|Criado|Criado(a)|Criada|"
    "Creato|Creata|Gemaakt|Aangemaakt|Skapad|Skapat|Oprettet|Opprettet|Luotu|Utworzono|Vytvořeno|"
    "Létrehozva|Создано|Создан|Дата создания|Створено|Oluşturuldu|创建日期|已创建|建立日期|作成日|생성일|נוצר",
    CsvColumn.UPDATED: "Updated|Aktualisiert|Mise à jour|Actualizada|Actualizado|Atualizado(a)|"
    "Atualizado|Aggiornato|Aggiornata|Bijgewerkt|Uppdaterad|Uppdaterat|Opdateret|Oppdatert|"
    "Päivitetty|Zaktualizowano|Aktualizováno|Frissítve|Обновлено|Дата обновления|Оновлено|"
    "Güncellendi|已更新|更新日期|更新日|업데이트됨|업데이트일|עודכן",
    CsvColumn.RESOLVED: "Resolved|Erledigt|Gelöst|Résolu|Résolue|Resuelta|Resuelto|Resolvido|"
    "Resolvido(a)|Resolvida|Risolto|Risolta|Opgelost|Löst|Løst|Ratkaistu|Rozwiązano|Vyřešeno|"
    "Megoldva|Решено|Дата решения|Вирішено|Çözüldü|已解决|解决日期|解決日|해결됨|해결일|נפתר",
    CsvColumn.LABELS: "Labels|Label|Stichwörter|Stichworte|Étiquettes|Etiquetas|Categorias|Rótulos|"
    "Etichette|Etichetta|Labels / tags|Etiketter|Etikett|Etiketit|Tunnisteet|Etykiety|Štítky|"
    "Címkék|Метки|Метка|Мітки|Etiketler|标签|標籤|ラベル|레이블|라벨|תוויות",
    CsvColumn.SPRINT: "Sprint|Sprints|Спринт|冲刺|冲刺迭代|衝刺|スプリント|스프린트|ספרינט",
    CsvColumn.PARENT: "Parent|Parent id|Übergeordnet|Übergeordneter Vorgang|Übergeordnetes Element|"
    "Parent-ID|ID parent|Principal|ID principal|Padre|Superior|Pai|ID pai|Principale|Padre ID|"
    "Bovenliggend|Bovenliggend item|Överordnad|Overordnet|Pääkohde|Nadrzędny|Element nadrzędny|"
    "Nadřazený|Родитель|Родительская задача|Батьківський елемент|Üst öğe|父级|父项|父任务|上級|"
    "親|親課題|상위|상위 항목|상위 업무 항목|הורה",
    CsvColumn.PARENT_KEY: "Parent key|Übergeordneter Schlüssel|Clé parent|Clé parente|Clé du parent|"
    "Clave principal|Clave del principal|Chave pai|Chave do pai|Chiave principale|"
    "Bovenliggende sleutel|Överordnad nyckel|Klucz nadrzędny|Ключ родителя|Родительский ключ|"
    "父级关键字|父项关键字|親キー|親課題キー|상위 키",
    CsvColumn.PARENT_SUMMARY: "Parent summary|Übergeordnete Zusammenfassung|Résumé parent|"
    "Résumé du parent|Resumen principal|Resumen del principal|Resumo pai|Resumo do pai|"
    "Riepilogo principale|父级摘要|親の要約|상위 요약",
    CsvColumn.EPIC_LINK: "Epic Link|Parent Link|Epic-Verknüpfung|Epos-Verknüpfung|Lien d'épopée|Lien epic|"
    "Lien de l'epic|Enlace de epic|Enlace de épica|Vínculo de Epic|Link do épico|Link epic|"
    "Link épico|Epic-koppeling|Epic-länk|Łącze epiku|Ссылка на эпик|史诗链接|长篇故事链接|"
    "エピック リンク|エピックリンク|에픽 링크",
    CsvColumn.EPIC_NAME: "Epic Name|Epic-Name|Eposname|Nom de l'épopée|Nom de l'epic|Nombre de epic|"
    "Nombre de la épica|Nome do épico|Nome epic|Epic-naam|Epic-namn|Nazwa epiku|Название эпика|"
    "Имя эпика|史诗名称|长篇故事名称|エピック名|에픽 이름",
}
"""The headers of each, in the languages of accounts; some stay English in any of them."""

NEEDED = (CsvColumn.KEY, CsvColumn.TYPE, CsvColumn.STATUS)
"""Without these no card can be counted."""

_PARTS = {
    plain(header): part
    for part, headers in reversed(list(HEADERS.items()))
    for header in headers.split("|")
}
_CUSTOM_PARTS = (CsvColumn.EPIC_LINK, CsvColumn.EPIC_NAME, CsvColumn.SPRINT)
"""What many sites have as fields of their own: "Custom field (Epic Link)"."""

_CUSTOM = re.compile(r"[^(\uff08]+[(\uff08](?P<name>.+)[)\uff09]")
_NUMBERED = re.compile(r"\.\d+\Z")
"""What some programs put behind a header that is there already ("Labels.1")."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where an export has what: the numbers of the columns of each part, and of each field."""

    parts: Mapping[CsvColumn, tuple[int, ...]]
    fields: Mapping[str, tuple[int, ...]]
    width: int

    @classmethod
    def read(cls, header: Sequence[str]) -> Columns:
        """Recognise a header's columns; the same header again holds the next value."""
        parts: dict[CsvColumn, tuple[int, ...]] = {}
        fields: dict[str, tuple[int, ...]] = {}
        for number, title in enumerate(header):
            name = plain(_NUMBERED.sub("", title))
            custom = _CUSTOM.fullmatch(title.strip())
            inner = plain(custom["name"]) if custom else name
            part = _PARTS.get(name) or (_PARTS.get(inner) if custom else None)
            if part and (part in _CUSTOM_PARTS or name in _PARTS):
                parts[part] = (*parts.get(part, ()), number)
            for known in {name, inner}:
                fields[known] = (*fields.get(known, ()), number)
        return cls(parts, fields, len(header))

    @property
    def missing(self) -> tuple[CsvColumn, ...]:
        """The needed columns that aren't there."""
        return tuple(part for part in NEEDED if part not in self.parts)

    def values(self, row: Sequence[str], part: CsvColumn) -> tuple[str, ...]:
        """Give what a row has of a part, without the empty ones; a row may end early."""
        return self._values(row, self.parts.get(part, ()))

    def value(self, row: Sequence[str], part: CsvColumn) -> str:
        """Give the first of them, "" where there is none."""
        return next(iter(self.values(row, part)), "")

    def field(self, row: Sequence[str], name: str) -> str:
        """Give what a row has in a field by its name, "" for none."""
        return next(iter(self._values(row, self.fields.get(plain(name), ()))), "")

    @staticmethod
    def _values(row: Sequence[str], numbers: Sequence[int]) -> tuple[str, ...]:
        cells = (row[number].strip() for number in numbers if number < len(row))
        return tuple(cell for cell in cells if cell)
