"""The addresses of check-ins, calls for help and modes.

What names people's needs in detail is for members, on their paired phones.
"""

from typing import Final

from meshnode.api.operation import BY_ID, Access, Operation

CALLS_OPERATIONS: Final = (
    Operation(
        "calls",
        "GET",
        "/checkins",
        "list_check_ins",
        "All check-ins, newest first",
        "CheckIns",
        has_language=True,
        access=Access.MEMBER,
    ),
    Operation(
        "calls",
        "GET",
        "/checkins/{id}",
        "get_check_in",
        "One check-in and where it stands, by its id, its root or the beginning of one",
        "CheckIn",
        has_language=True,
        refusals=BY_ID,
        access=Access.MEMBER,
    ),
    Operation(
        "calls",
        "GET",
        "/calls",
        "list_calls",
        "The triage board: what nobody has taken first, the urgent and oldest before",
        "Calls",
        has_language=True,
        access=Access.MEMBER,
    ),
    Operation(
        "modes",
        "GET",
        "/mode",
        "get_mode",
        "How the neighbourhood fares, who says so, and what is proposed",
        "ModeState",
        has_language=True,
        access=Access.PUBLIC,
    ),
)
