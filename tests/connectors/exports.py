"""What the stand-ins would export from their menus, written as the services write it."""

from __future__ import annotations

import csv
import io
import itertools
import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.jira.models import Issue
    from sandbox.jira.site import JiraSite
    from sandbox.trello.world import TrelloWorld

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
FRENCH = [
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
]


HEADERS = (
    "Summary",
    "Issue key",
    "Issue id",
    "Issue Type",
    "Status",
    "Project key",
    "Assignee",
    "Watchers",
    "Resolution",
    "Created",
    "Updated",
    "Resolved",
    "Labels",
    "Description",
    "Sprint",
    "Custom field (Story Points)",
    "Custom field (Story point estimate)",
    "Parent",
    "Parent key",
    "Parent summary",
    "Status Category",
    "Status Category Changed",
)


class Language(NamedTuple):
    """How an account's language has the headers, the categories, the types and the months."""

    headers: dict[str, str]
    categories: dict[str, str]
    types: dict[str, str]
    months: Sequence[str] = tuple(MONTHS)
    custom: str = "Custom field"


ENGLISH = Language(
    {},
    {"new": "To Do", "indeterminate": "In Progress", "done": "Done", "undefined": "No Category"},
    {},
)
IN_FRENCH = Language(
    {
        "Summary": "Résumé",
        "Issue key": "Clé de ticket",
        "Issue id": "ID de ticket",
        "Issue Type": "Type de ticket",
        "Status": "État",
        "Project key": "Clé de projet",
        "Resolution": "Résolution",
        "Created": "Création",
        "Updated": "Mise à jour",
        "Resolved": "Résolu",
        "Labels": "Étiquettes",
        "Parent key": "Clé parent",
        "Status Category": "Catégorie d'état",
        "Status Category Changed": "Catégorie d'état modifiée",
        "Assignee": "Responsable",
    },
    {"new": "A faire", "indeterminate": "En cours", "done": "Terminé", "undefined": "Sans"},
    {"Sub-task": "Sous-tâche", "Task": "Tâche"},
    tuple(FRENCH),
    "Champs personnalisés",
)
IN_GERMAN = Language(
    {
        "Summary": "Zusammenfassung",
        "Issue key": "Vorgangsschlüssel",
        "Issue id": "Vorgangs-ID",
        "Issue Type": "Vorgangstyp",
        "Resolution": "Lösung",
        "Created": "Erstellt",
        "Updated": "Aktualisiert",
        "Resolved": "Erledigt",
        "Labels": "Stichwörter",
        "Status Category": "Statuskategorie",
        "Status Category Changed": "Statuskategorie geändert",
    },
    {"new": "Zu erledigen", "indeterminate": "In Arbeit", "done": "Fertig", "undefined": "Keine"},
    {"Sub-task": "Unteraufgabe", "Task": "Aufgabe", "Bug": "Fehler"},
    ("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"),
    "Benutzerdefinierte Felder",
)
IN_SPANISH = Language(
    {
        "Summary": "Resumen",
        "Issue key": "Clave de incidencia",
        "Issue id": "ID de la incidencia",
        "Issue Type": "Tipo de Incidencia",
        "Status": "Estado",
        "Resolution": "Resolución",
        "Created": "Creada",
        "Updated": "Actualizada",
        "Resolved": "Resuelta",
        "Labels": "Etiquetas",
        "Parent": "Principal",
        "Parent key": "Clave principal",
        "Status Category": "Categoría de estado",
    },
    {"new": "Por hacer", "indeterminate": "En curso", "done": "Listo", "undefined": "Ninguna"},
    {"Sub-task": "Subtarea", "Task": "Tarea", "Story": "Historia", "Bug": "Error"},
    ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"),
    "Campo personalizado",
)


def csv_export(
    site: JiraSite,
    *,
    language: Language = ENGLISH,
    delimiter: str = ",",
    without: Sequence[str] = (),
) -> str:
    """Give a site's issues as Jira's menu exports all fields of them, people too.

    A header stands once for each value that some issue has, at least once.
    """
    issues = [issue for issue in site.issues.values() if not (issue.hidden or issue.archived)]
    rows = [_row(site, issue, language) for issue in issues]
    headers = [header for header in HEADERS if header not in without]
    widths = {header: max([1, *(len(row[header]) for row in rows)]) for header in headers}
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(_title(header, language) for header in headers for _ in range(widths[header]))
    for row in rows:
        cells = (row[header] + [""] * (widths[header] - len(row[header])) for header in headers)
        writer.writerow(itertools.chain(*cells))
    return out.getvalue()


def _title(header: str, language: Language) -> str:
    if header.startswith("Custom field"):
        return header.replace("Custom field", language.custom)
    return language.headers.get(header, header)


def _row(site: JiraSite, issue: Issue, language: Language) -> dict[str, list[str]]:
    above = site.issues.get(issue.parent or 0)
    unseen = site.unseen.get(issue.parent or 0)
    status = site.statuses[issue.status]
    type_ = site.types[issue.type].name

    def time(moment):
        if moment is None:
            return []
        month, half = language.months[moment.month - 1], "PM" if moment.hour >= 12 else "AM"
        return [f"{moment.day:02}/{month}/{moment:%y} {moment.hour % 12 or 12}:{moment:%M} {half}"]

    def points(name):
        fields = [kind.id for kind in site.fields.values() if kind.name == name]
        values = [issue.custom[id_] for id_ in fields if issue.custom.get(id_) is not None]
        return [str(value) for value in values[:1]]

    person = [issue.assignee.name, issue.assignee.email] if issue.assignee else []
    parent = above.key if above else unseen
    values = [
        [issue.summary],
        [issue.key],
        [str(issue.id)],
        [language.types.get(type_, type_)],
        [status.name],
        [issue.key.rpartition("-")[0]],
        person[:1],
        person,
        [site.resolutions[issue.resolution].name] if issue.resolution else [],
        time(issue.created),
        time(issue.updated),
        time(issue.resolved),
        list(issue.labels),
        [f'A text,\nof two lines, "quoted"; {issue.description}'],
        [site.sprints[id_].name for id_ in issue.sprints],
        points("Story Points"),
        points("Story point estimate"),
        [str(issue.parent)] if issue.parent else [],
        [parent] if parent else [],
        [above.summary] if above else [],
        [language.categories[issue.category or status.category]],
        time(issue.category_changed),
    ]
    return dict(zip(HEADERS, values, strict=True))


def json_export(world: TrelloWorld, board: str) -> str:
    """Give a board as Trello's menu exports it: everything, people and what they did too."""

    def of(parts, key="idBoard"):
        return [part for part in parts.values() if part.get(key) == board]

    return json.dumps(
        {
            **world.boards[board],
            "cards": of(world.cards),
            "lists": of(world.lists),
            "labels": of(world.labels),
            "checklists": of(world.checklists),
            "customFields": of(world.custom_fields, "idModel"),
            "actions": world.actions.get(board, []),
            "members": list(world.members.values()),
        },
        ensure_ascii=False,
    )
