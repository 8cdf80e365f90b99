"""The story of a case for other programs: CSV, and FHIR R4 AuditEvent."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from decisions.log.actions import EMERGENCY, PEOPLE, RECORD, REFUSALS, SIGN_IN
from decisions.log.story import Line
from decisions.reviews.services import Agreement

HEADINGS = (
    "sequence", "time", "person number", "person", "role", "action", "words", "case", "reference", "outcome",
    "details", "previous hash", "hash",
)  # fmt: skip
COUNTED = ("policy", "criterion", "judged", "agreed", "differed", "not weighed")
# What begins so is worked out by a spreadsheet. A tab or a line end may hide one of the others behind it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet that opens the file by a double click takes it for another encoding."""
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_TYPES = {
    SIGN_IN: ("110114", "User Authentication"),
    PEOPLE: ("110137", "User Security Attributes Changed"),
    REFUSALS: ("110113", "Security Alert"),
    EMERGENCY: ("110113", "Security Alert"),
    RECORD: ("110101", "Audit Log Used"),
}
_RECORD_OF_A_CASE = ("110110", "Patient Record")
_EXPORT = ("110106", "Export")


def as_csv(lines: Sequence[Line]) -> str:
    """The lines as a table."""
    return table(HEADINGS, map(_cells, lines))


def agreement_csv(rows: Sequence[Agreement]) -> str:
    """Agreement by criterion as a table."""
    return table(COUNTED, ([getattr(row, name) for name in Agreement.__slots__] for row in rows))


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as RFC 4180 has them. A cell that a spreadsheet would take for a formula begins with '."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
    return f"{BYTE_ORDER_MARK}{out.getvalue()}"


def defused(cell: object) -> str:
    """The text of a cell, which no spreadsheet works out."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(line: Line) -> list[object]:
    event = line.event
    return [
        event.seq,
        _instant(event.at),
        event.actor,
        line.who,
        event.role,
        event.action,
        line.words,
        event.case,
        line.reference if event.case else "",
        "refused or failed" if line.action.failed else "done",
        "; ".join(f"{key}: {value}" for key, value in line.details),
        event.previous_hash,
        event.hash,
    ]


def as_fhir(lines: Sequence[Line]) -> dict[str, Any]:
    """The lines as a FHIR R4 Bundle of AuditEvent resources."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": _instant(timezone.now()),
        "entry": [{"fullUrl": _address(line), "resource": _audit_event(line)} for line in lines],
    }


def _address(line: Line) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, line.event.hash).urn


def _audit_event(line: Line) -> dict[str, Any]:
    event = line.event
    code, display = (
        _EXPORT if event.action == "exported" else _TYPES.get(line.action.group, _RECORD_OF_A_CASE)
    )
    return {
        "resourceType": "AuditEvent",
        "id": f"event-{event.seq}",
        "type": {"system": _DICOM, "code": code, "display": display},
        "subtype": [
            {"system": "urn:conus:action", "code": event.action, "display": event.action.replace("_", " ")}
        ],
        "action": line.action.kind,
        "recorded": _instant(event.at),
        "outcome": "4" if line.action.failed else "0",
        "outcomeDesc": f"{line.who} {line.words}",
        "agent": [_agent(line)],
        "source": {
            "observer": {"display": "Conus"},
            "type": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/security-source-type",
                    "code": "4",
                    "display": "Application Server",
                }
            ],
        },
        "entity": [_entity(line)],
    }


def _agent(line: Line) -> dict[str, Any]:
    who: dict[str, Any] = {"display": line.who}
    if line.event.actor is not None:
        who["identifier"] = {"system": "urn:conus:person", "value": str(line.event.actor)}
    role = {"role": [{"text": line.role}]} if line.role else {}
    return {**role, "who": who, "name": line.who, "requestor": True}


def _entity(line: Line) -> dict[str, Any]:
    event = line.event
    details = [*line.details, ("sequence", str(event.seq)), ("hash", event.hash)]
    entity: dict[str, Any] = {
        "type": {
            "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type",
            "code": "2",
            "display": "System Object",
        },
        "detail": [{"type": key, "valueString": value or "(empty)"} for key, value in details],
    }
    if event.case:
        entity["what"] = {"identifier": {"system": "urn:conus:case", "value": event.case}}
        entity["name"] = line.reference
    return entity


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
