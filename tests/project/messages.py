"""Every message of the program, out of its source: what it says when something is wrong."""

from __future__ import annotations

import ast
import re

ROOMS = ("config", "connectors", "syncer")
DRAWING = re.compile(
    r"syncer/(assistants|report|web|schedule|command_line|store/migrations)/"
    r"|syncer/(arguments|core/names|delivery/letter)\.py"
    r"|connectors/boards/files/jira_csv/(words|columns|levels)\.py"
    r"|syncer/(setup/(proposal|writing)|commands/demo)\.py"
)
"""Where most sentences are no messages: only what is raised or warned of is one."""
SINKS = re.compile(r"\w*Error|Notice|warn|warning|error|exception|complain")
SILENT = {
    *("Field", "text", "compile", "execute", "exec_driver_sql", "get", "encode", "split"),
    *("SetupQuestion", "line", "several", "choice", "secret"),
    *("say", "news", "ask", "add_argument", "_add", "info", "debug", "show", "print"),
}
"""Calls whose strings are for programs, or are news and no messages."""

CODE = re.compile(
    r"\n|\s*links: \[\]|.* ORDER BY |(PRAGMA|SELECT|LOCK|SET|INSERT|CREATE|CASE|query|mutation)\b"
    r"|.*[{}]|\(\?|.*\w\|\w",
    re.DOTALL,
)
"""What is written for a database, a service or a pattern."""
WORD = re.compile(r"(?<!\S)[^\w\s]*[A-Za-z][a-z'-]+[^\w\s]*(?!\S)")


def messages(source: str, name: str) -> set[str]:
    """Give the messages in a file, with … for what only a run knows."""
    finder = _Finder(listening=DRAWING.match(name) is None)
    finder.visit(ast.parse(source))
    return finder.messages


def plain(text: str) -> str:
    """Give a message as a page's code has it: in one line, and without backticks."""
    return " ".join(re.sub(r"%[sdr]", "…", text).replace("`", "").split())


class _Finder(ast.NodeVisitor):
    """Collects what somebody may read: three words, or two and a blank where one is raised."""

    def __init__(self, *, listening: bool) -> None:
        self.messages: set[str] = set()
        self.listening = listening
        self.raising = False

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name not in SILENT:
            self._visit_in(node, raising=SINKS.fullmatch(name) is not None)

    def visit_Raise(self, node: ast.Raise) -> None:
        self._visit_in(node, raising=True)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        self._visit_in(node, raising="message" in names)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._keep(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
        self._keep("".join(map(str, parts)))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def _visit_in(self, node: ast.AST, *, raising: bool) -> None:
        before, self.raising = self.raising, self.raising or raising
        self.generic_visit(node)
        self.raising = before

    def _keep(self, text: str) -> None:
        words = len(WORD.findall(text)) + (self.raising and "…" in text)
        if (self.listening or self.raising) and words >= 3 and not CODE.match(text):
            self.messages.add(plain(text))
