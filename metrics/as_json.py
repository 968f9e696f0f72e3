"""Readings as plain data: the command line's JSON, the token's endpoint, snapshots."""

import datetime
from typing import Any

from metrics.indicators.result import Reason, Result
from metrics.reading import Reading
from metrics.words import explained

FIELDS = ("value", "numerator", "denominator", "n", "lower", "upper", "status")


def reading_json(reading: Reading) -> dict[str, Any]:
    """The object of indicators.md, «Command line»: full precision, null where there is no value, reasons in the active language."""
    return {
        "scope": {"type": reading.scope.type, "id": reading.scope.id, "name": reading.scope.name},
        "as_of": reading.window.end.isoformat(),
        "window_days": reading.window.days,
        "formula_version": reading.formula_version,
        "indicators": {name: result_json(result) for name, result in reading.results.items()},
    }


def result_json(result: Result) -> dict[str, Any]:
    """One indicator."""
    return {**{name: getattr(result, name) for name in FIELDS}, "reason": explained(result), "parts": _parts(result)}


def _parts(result: Result) -> dict[str, Any]:
    return {name: list(part) if isinstance(part, tuple) else part for name, part in result.parts.items()}


def stored(result: Result) -> dict[str, Any]:
    """A result as a snapshot keeps it: reasons by their codes, so that every reader has them in their own language."""
    told = {name: getattr(result, name) for name in FIELDS}
    return {**told, "reason": _reason(result.reason), "notes": [_reason(note) for note in result.notes], "parts": _parts(result)}


def _reason(reason: Reason | None) -> dict[str, Any] | None:
    if reason is None:
        return None
    params = {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in reason.params.items()}
    return {"code": reason.code, "params": params}


def restored(name: str, told: dict[str, Any], window: Any, version: str) -> Result:
    """The result that a snapshot keeps."""
    parts = {part: tuple(value) if isinstance(value, list) else value for part, value in told["parts"].items()}
    notes = tuple(note for one in told["notes"] if (note := _restore(one)) is not None)
    fields = {field: told[field] for field in FIELDS}
    return Result(name=name, window=window, **fields, reason=_restore(told["reason"]), notes=notes, parts=parts, formula_version=version)


def _restore(told: dict[str, Any] | None) -> Reason | None:
    if told is None:
        return None
    params = dict(told["params"])
    if "since" in params:
        params["since"] = datetime.date.fromisoformat(params["since"])
    return Reason(told["code"], params)
