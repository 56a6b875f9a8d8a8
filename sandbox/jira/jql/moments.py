"""Dates in JQL: absolute ones in the asking account's zone, periods, and functions of now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.parsing import Call, Value

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sandbox.jira.jql.parsing import Operand

_ABSOLUTE = re.compile(
    r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?: (\d{1,2}):(\d{2}))?",
)
_PERIOD = re.compile(r"([+-]?)((?:\d+[wdhm])(?: +\d+[wdhm])*)")
_INCREMENT = re.compile(r"([+-]?\d+)([yMwdhm]?)")
_UNITS = {
    "y": "years",
    "M": "months",
    "w": "weeks",
    "d": "days",
    "h": "hours",
    "m": "minutes",
}
_PERIODS = {"Day": "d", "Week": "w", "Month": "M", "Year": "y"}
_FUNCTION = re.compile(r"(start|end)of(day|week|month|year)", re.IGNORECASE)
_FORMATS = (
    "Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', "
    "or a period format e.g. '-5d', '4w 2d'."
)


@dataclass(frozen=True, slots=True)
class Moments:
    """Reads dates at a moment, for an account in a time zone. Weeks begin on Sunday."""

    now: datetime
    zone: ZoneInfo

    def read(self, operand: Operand, field: str) -> datetime:
        """The moment that an operand of this field means, in UTC.

        Raises:
            JqlError: It means none.
        """
        if isinstance(operand, Value):
            return self._literal(operand.text, field).astimezone(UTC)
        if isinstance(operand, Call):
            return self._call(operand).astimezone(UTC)
        raise JqlError(f"The field '{field}' does not support searching for an EMPTY value here.")

    @staticmethod
    def moves(operand: Operand) -> bool:
        """Whether what an operand means changes with the clock; a day that is named doesn't."""
        return not (isinstance(operand, Value) and _ABSOLUTE.fullmatch(operand.text))

    def _literal(self, text: str, field: str) -> datetime:
        if match := _ABSOLUTE.fullmatch(text):
            year, _, month, day, hour, minute = match.groups(default="0")
            try:
                return datetime(
                    int(year), int(month), int(day), int(hour), int(minute), tzinfo=self.zone
                )
            except ValueError:
                raise _invalid(text, field) from None
        if match := _PERIOD.fullmatch(text):
            sign = -1 if match[1] == "-" else 1
            parts = {_UNITS[part[-1]]: int(part[:-1]) for part in match[2].split()}
            return self.now + sign * timedelta(**parts)
        raise _invalid(text, field)

    def _call(self, call: Call) -> datetime:
        match = _FUNCTION.fullmatch(call.name)
        if match is None and call.name.lower() != "now":
            raise unknown_function(call)
        most = 0 if match is None else 1
        if len(call.arguments) > most:
            raise JqlError(
                f"Function '{call.name}' expected '{most}' arguments but received "
                f"'{len(call.arguments)}'.",
            )
        return self.now if match is None else self._edge(call, *match.groups())

    def _edge(self, call: Call, edge: str, period: str) -> datetime:
        unit = _PERIODS[period.capitalize()]
        start = _start(self.now.astimezone(self.zone), unit) + _increment(call, unit)
        if edge.lower() == "start":
            return start
        return start + relativedelta(**{_UNITS[unit]: 1}) - timedelta(milliseconds=1)  # type: ignore[arg-type]


def unknown_function(call: Call) -> JqlError:
    """What the service says to a function that it doesn't have."""
    arguments = ", ".join(call.arguments)
    return JqlError(f"Unable to find JQL function '{call.name}({arguments})'.")


def _start(moment: datetime, unit: str) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "w":
        return day - timedelta(days=day.isoweekday() % 7)
    if unit == "M":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "y" else day


def _increment(call: Call, unit: str) -> relativedelta:
    if not call.arguments:
        return relativedelta()
    match = _INCREMENT.fullmatch(call.arguments[0])
    if match is None:
        raise JqlError(
            f"Duration for function '{call.name}' should have the format (+/-)n(yMwdhm), "
            f"e.g -1M for 1 month earlier.",
        )
    return relativedelta(**{_UNITS[match[2] or unit]: int(match[1])})  # type: ignore[arg-type]


def _invalid(text: str, field: str) -> JqlError:
    return JqlError(f"Date value '{text}' for field '{field}' is invalid. {_FORMATS}")
