"""What every new site comes with: types, statuses, resolutions and fields."""

from __future__ import annotations

from sandbox.jira.models import FieldKind, IssueType, Resolution, Status

TYPES = (
    IssueType("10000", "Epic", 1),
    IssueType("10001", "Story", 0),
    IssueType("10002", "Task", 0),
    IssueType("10004", "Bug", 0),
    IssueType("10003", "Sub-task", -1),
)

STATUSES = (
    Status("10000", "To Do", "new", names={"de": "Zu erledigen", "zh": "待办"}),
    Status("3", "In Progress", "indeterminate", names={"de": "In Arbeit", "zh": "处理中"}),
    Status("10001", "Done", "done", names={"de": "Fertig", "zh": "完成"}),
)

RESOLUTIONS = (
    Resolution("10000", "Done", names={"de": "Erledigt", "zh": "完成"}),
    Resolution("10001", "Won't Do", names={"de": "Wird nicht erledigt", "zh": "不做"}),
    Resolution("10002", "Duplicate", names={"de": "Duplikat", "zh": "重复"}),
    Resolution("10003", "Cannot Reproduce"),
)

SYSTEM_FIELDS = (
    FieldKind("summary", "Summary", "string"),
    FieldKind("issuetype", "Issue Type", "issuetype"),
    FieldKind("project", "Project", "project"),
    FieldKind("status", "Status", "status"),
    FieldKind("resolution", "Resolution", "resolution"),
    FieldKind("resolutiondate", "Resolved", "datetime"),
    FieldKind("created", "Created", "datetime"),
    FieldKind("updated", "Updated", "datetime"),
    FieldKind("labels", "Labels", "array", items="string"),
    FieldKind("components", "Components", "array", items="component"),
    FieldKind("description", "Description", "string"),
    FieldKind("assignee", "Assignee", "user"),
    FieldKind("reporter", "Reporter", "user"),
    FieldKind("creator", "Creator", "user"),
    FieldKind("comment", "Comment", "comments-page"),
    FieldKind("archiveddate", "Archived", "datetime"),
    FieldKind("archivedby", "Archiver", "user"),
)

CLOUD_FIELDS = (
    FieldKind("parent", "Parent", "issuelink"),
    FieldKind("statuscategorychangedate", "Status Category Changed", "datetime"),
)

_GREENHOPPER = "com.pyxis.greenhopper.jira:"
_PLAIN = "com.atlassian.jira.plugin.system.customfieldtypes:"
POINTS = _GREENHOPPER + "jsw-story-points"
FLOAT = _PLAIN + "float"
SPRINT = _GREENHOPPER + "gh-sprint"
EPIC_LINK = _GREENHOPPER + "gh-epic-link"
RANK = _GREENHOPPER + "gh-lexo-rank"
PARENT_LINK = "com.atlassian.jpo:jpo-custom-field-parent"

CLOUD_CUSTOM_FIELDS = (
    FieldKind("customfield_10014", "Epic Link", "any", EPIC_LINK),
    FieldKind("customfield_10016", "Story point estimate", "number", POINTS),
    FieldKind("customfield_10019", "Rank", "any", RANK),
    FieldKind("customfield_10020", "Sprint", "array", SPRINT, "json"),
    FieldKind("customfield_10028", "Story Points", "number", FLOAT),
)

DATA_CENTER_CUSTOM_FIELDS = (
    FieldKind("customfield_10100", "Sprint", "array", SPRINT, "string"),
    FieldKind("customfield_10101", "Epic Link", "any", EPIC_LINK),
    FieldKind("customfield_10105", "Rank", "any", RANK),
    FieldKind("customfield_10106", "Story Points", "number", FLOAT),
    FieldKind("customfield_10300", "Parent Link", "any", PARENT_LINK),
)
