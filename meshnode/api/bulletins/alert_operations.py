"""The addresses for official alerts, beside the board on which they stand."""

from typing import Final

from meshnode.api.codes import ErrorCode
from meshnode.api.operation import SUBMITTING, Operation

ALERT_OPERATIONS: Final = (
    Operation(
        "alerts",
        "GET",
        "/alerts",
        "list_alerts",
        "Every official alert that is held, also what was replaced, as importers need them",
        "HeldAlerts",
    ),
    Operation(
        "alerts",
        "GET",
        "/alerts/feeds",
        "list_feeds",
        "How the feeds of official alerts do that this node looks at",
        "Feeds",
    ),
    Operation(
        "alerts",
        "POST",
        "/alerts/import",
        "import_alerts",
        "Sign as this node what is news in a document of official alerts",
        "ImportedAlerts",
        status=201,
        body="AlertDocument",
        refusals=(ErrorCode.NOT_ALLOWED, *SUBMITTING),
    ),
)
