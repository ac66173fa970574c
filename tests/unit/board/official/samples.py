"""Feeds of official alerts in the forms that are recorded of them; every word is made up."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
SENT = "2026-11-26T12:00:00+01:00"
MINUTE = 1_527_060
"""The minute at which these are sent: 2026-11-26 11:00 UTC."""
REGION = "059130000000"
IDENTIFIER = "mow.DE-NW-DO-SE001-20261126-001"


def moment(minute: int) -> str:
    return f"{EPOCH + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%S+00:00}"


def cap(
    identifier: str = "2.49.0.1.276.0.1",
    *,
    sent: int = MINUTE,
    msg_type: str = "Alert",
    status: str = "Actual",
    references: str = "",
    expires: int | None = MINUTE + 300,
    headline: str = "Amtliche Warnung vor Sturm",
    severity: str = "Severe",
    description: str = "Es treten Sturmböen auf.",
    more: str = "",
    head: str = '<?xml version="1.0" encoding="UTF-8"?>',
) -> bytes:
    refs = f"<references>{references}</references>" if references else ""
    ends = "" if expires is None else f"<expires>{moment(expires)}</expires>"
    return f"""{head}
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
 <identifier>{identifier}</identifier><sender>wetter@example.org</sender>
 <sent>{moment(sent)}</sent><status>{status}</status><msgType>{msg_type}</msgType>
 <scope>Public</scope>{refs}
 <info><language>en</language><category>Met</category><event>storm</event>
  <urgency>Immediate</urgency><severity>Minor</severity><certainty>Likely</certainty>
  <headline>Storm</headline></info>
 <info><language>de-DE</language><category>Met</category><event>STURM</event>{more}
  <urgency>Immediate</urgency><severity>{severity}</severity><certainty>Likely</certainty>
  <onset>{moment(sent + 60)}</onset>{ends}<senderName>Wetteramt Musterstadt</senderName>
  <headline>{headline}</headline><description>{description}</description>
  <instruction>Türen und Fenster schließen.</instruction>
  <area><areaDesc>Stadt Dortmund</areaDesc><polygon>51.5,7.4 51.6,7.4 51.6,7.5 51.5,7.4</polygon>
   <geocode><valueName>WARNCELLID</valueName><value>105913000</value></geocode></area></info>
</alert>""".encode()


def mapped(identifier: str = IDENTIFIER, **changes: Any) -> dict[str, Any]:
    """An item of map data."""
    return {
        "id": identifier,
        "version": 2,
        "startDate": SENT,
        "severity": "Severe",
        "urgency": "Immediate",
        "type": "Alert",
        "i18nTitle": {"DE": "Gefahr durch Rauch"},
        "transKeys": {"event": "BBK-EVC-001"},
        **changes,
    }


def dashed(identifier: str = IDENTIFIER, *, message: str = "Alert", **changes: Any) -> Any:
    """An item of a district's dashboard."""
    return {
        "id": identifier,
        "payload": {
            "version": 2,
            "type": "ALERT",
            "id": identifier,
            "hash": "0",
            "data": {
                "headline": "Gefahr durch Rauch",
                "provider": "MOWAS",
                "severity": "Severe",
                "msgType": message,
                "area": {"type": "ZGEM", "data": "1+11057"},
                "valid": True,
            },
        },
        "i18nTitle": {"de": "Gefahr durch Rauch"},
        "sent": SENT,
        **changes,
    }


def detail(identifier: str = IDENTIFIER, **changes: Any) -> dict[str, Any]:
    """A warning's detail."""
    info = {
        "language": "DE",
        "category": ["Safety"],
        "event": "Gefahrstoff",
        "urgency": "Immediate",
        "severity": "Severe",
        "certainty": "Observed",
        "headline": "Gefahr durch Rauch",
        "description": "Im Hafen brennt eine Halle.<br/>Der Rauch zieht nach Norden.",
        "instruction": "Schlie&szlig;en Sie Fenster und T&uuml;ren.",
        "parameter": [{"valueName": "sender_langname", "value": "Leitstelle Musterstadt"}],
        "area": [
            {
                "areaDesc": "Stadt: Dortmund",
                "geocode": [{"valueName": "ARS", "value": REGION}],
            }
        ],
        **changes.pop("info", {}),
    }
    return {
        "identifier": identifier,
        "sender": "DE-NW-DO-SE001",
        "sent": SENT,
        "status": "Actual",
        "msgType": "Alert",
        "scope": "Public",
        "info": [info],
        **changes,
    }


def dwd(*warnings: dict[str, Any], cell: str = "105913000", is_framed: bool = True) -> bytes:
    """The weather service's list."""
    document = {
        "time": unix_ms(MINUTE),
        "warnings": {cell: list(warnings or (windy(),))},
        "vorabInformation": {},
        "copyright": "made up",
    }
    text = json.dumps(document)
    return (f"warnWetter.loadWarnings({text});" if is_framed else text).encode()


def windy(**changes: Any) -> dict[str, Any]:
    return {
        "state": "Nordrhein-Westfalen",
        "type": 1,
        "level": 4,
        "start": unix_ms(MINUTE + 60),
        "end": unix_ms(MINUTE + 300),
        "regionName": "Stadt Dortmund",
        "event": "STURMBÖEN",
        "headline": "Amtliche WARNUNG vor STURMBÖEN",
        "description": "Es treten Sturmböen auf.",
        "instruction": "",
        "altitudeStart": None,
        "altitudeEnd": None,
        **changes,
    }


def unix_ms(minute: int) -> int:
    return int((EPOCH + timedelta(minutes=minute)).timestamp() * 1000)


def encoded(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
