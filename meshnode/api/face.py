"""One face of a node's API: what its endpoints answer from, and for whom.

Not for: routes (`app`).
"""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from meshnode.api.intake import parse_language, refuse_parameters
from meshnode.api.recent import Recent
from meshnode.node.languages import Languages
from meshnode.node.reader import LocalReader
from meshnode.node.service import Service

WITH_DATES: Final = "absolute-dates"
"""In a header `Prefer` (RFC 7240): who reads later wants no "today" and no "tomorrow"."""


@dataclass(frozen=True, slots=True)
class Face:
    """What endpoints share.

    `source` is where the status comes from; `is_public` leaves out what strangers need not
    know.
    """

    service: Service
    source: Service | Recent
    languages: Languages
    is_public: bool

    def reader(self, request: Request) -> LocalReader:
        """Return who reads, in the language that the request asks for.

        Raises:
            RequestError: This node does not speak it.
        """
        language = parse_language(request.query_params)
        with_dates = WITH_DATES in request.headers.get("prefer", "")
        return self.service.reader(self.languages[language], with_dates=with_dates)

    def only_reader(self, request: Request) -> LocalReader:
        """Do as `reader` with a request that may say nothing else.

        Raises:
            RequestError: It does, or this node does not speak the language.
        """
        refuse_parameters(request.query_params, besides=("language",))
        return self.reader(request)
