"""Dates in JQL: absolute ones in the asking account's zone, and periods from now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.jira.jql.parsing import Call, JqlError, Value, no_function

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sandbox.jira.jql.parsing import Operand

_ABSOLUTE = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?: (\d{1,2}):(\d{2}))?")
_PERIOD = re.compile(r"([+-]?)((?:\d+[wdhm])(?: +\d+[wdhm])*)")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_FORMATS = (
    "Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', "
    "or a period format e.g. '-5d', '4w 2d'."
)


@dataclass(frozen=True, slots=True)
class Moments:
    """Reads dates at a moment, for an account in a time zone."""

    now: datetime
    zone: ZoneInfo

    def read(self, operand: Operand, field: str) -> datetime:
        """Give the moment that an operand of this field means, in UTC.

        Raises:
            JqlError: It means none.
        """
        if isinstance(operand, Value):
            return self._literal(operand.text, field).astimezone(UTC)
        if not isinstance(operand, Call):
            raise JqlError(f"The field '{field}' does not support searching for an EMPTY value.")
        return self._call(operand).astimezone(UTC)

    @staticmethod
    def moves(operand: Operand) -> bool:
        """Tell whether what an operand means changes with the clock; a named day doesn't."""
        return not (isinstance(operand, Value) and _ABSOLUTE.fullmatch(operand.text))

    def _literal(self, text: str, field: str) -> datetime:
        if match := _ABSOLUTE.fullmatch(text):
            numbers = [int(match.group(part) or 0) for part in (1, 3, 4, 5, 6)]
            try:
                return datetime(*numbers, tzinfo=self.zone)  # type: ignore[misc, arg-type]
            except ValueError:
                raise _invalid(text, field) from None
        if match := _PERIOD.fullmatch(text):
            sign = -1 if match[1] == "-" else 1
            parts = {_UNITS[part[-1]]: int(part[:-1]) for part in match[2].split()}
            return self.now + sign * timedelta(**parts)
        raise _invalid(text, field)

    def _call(self, call: Call) -> datetime:
        if call.arguments or call.name.lower() not in ("now", "startofday"):
            raise no_function(call.name, call.arguments)
        if call.name.lower() == "now":
            return self.now
        return self.now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _invalid(text: str, field: str) -> JqlError:
    return JqlError(f"Date value '{text}' for field '{field}' is invalid. {_FORMATS}")
