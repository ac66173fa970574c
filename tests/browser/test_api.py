"""Whether the API answers as it describes itself: schemathesis asks a node all sorts of things.

As a stranger, and as a member whose every request is signed. Streams are tested elsewhere: they do
not end (tests/unit/api/test_events.py).
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests.auth import AuthBase
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from meshnode.api.door import limits
from meshnode.api.openapi import openapi_document
from meshnode.api.operation import BASE, Access
from meshnode.api.operations import OPERATIONS
from meshnode.board.pairing.signed import encode_authorization
from meshnode.board.trust.device import encode_device
from meshnode.protocol.object import Kind
from tests.browser.street import Street
from tests.community import signing_key
from tests.everykind import check_in, meetup, offer, place, slots
from tests.pairedphone import PairedPhone
from tests.patience import ANSWER_S
from tests.unit.api.apinode import ApiNode
from tests.unit.api.servednode import ServedNode, served_node

pytestmark = pytest.mark.browser

EXAMPLES = 30
"""Of each operation, right and wrong, as each caller: all of it takes about a minute."""
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
ASKED = [one for one in OPERATIONS if one.access is not Access.ADMIN and not one.is_stream]
NAMES = [f"{one.method} {one.path}" for one in ASKED]
PAPER = signing_key("dora")
BUSY = {"WRITES_A_MINUTE": 10**6, "WRITES_AT_ONCE": 10**6, "ATTEMPTS_A_MINUTE": 10**6}
"""Else most answers would say that this is too much."""


class Signed(AuthBase):
    """Signs requests as a phone does."""

    def __init__(self, phone: PairedPhone) -> None:
        self._phone = phone

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        asked = urlsplit(request.url or "")
        target = asked.path + (f"?{asked.query}" if asked.query else "")
        body = request.body.encode() if isinstance(request.body, str) else request.body
        signed = self._phone.authorization(
            request.method or "", target, bytes(body or b""), wants_seal=False
        )
        request.headers["Authorization"] = encode_authorization(signed)
        return request


@pytest.fixture(scope="module")
def node(street: Street, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedNode]:
    """A node in the network of the tests, which has nothing but its own loopback."""
    with pytest.MonkeyPatch.context() as patch:
        for name, number in BUSY.items():
            patch.setattr(limits, name, number)
        with served_node(tmp_path_factory.mktemp("api")) as served:
            yield served


@pytest.fixture(scope="module")
def signed(node: ServedNode) -> Signed:
    """The phone of Dora, a member, of whom there is one of everything on the node."""
    phone = node.phone()
    node.run(_join(node.here, phone))
    assert phone.ask("GET", "/me").document["member"] is not None
    return Signed(phone)


async def _join(here: ApiNode, phone: PairedPhone) -> None:
    body = encode_device(phone.key, PAPER.public, here.community)
    device = here.sign(PAPER, Kind.DEVICE, body, minutes=365 * 1440)
    await here.take(here.certificate(PAPER, "Dora"), device)


@pytest.fixture(scope="module")
def known(node: ServedNode, signed: Signed) -> list[str]:
    """The ids of what Dora has said, and one that nothing has."""
    things = [
        node.here.sign(PAPER, one.kind, one.body, codec=one.codec)
        for one in (say(PAPER) for say in (offer, slots, meetup, place, check_in))
    ]
    node.run(node.here.take(*things))
    view = node.run(node.here.node.service.bulletins.post("Wasser am Nordmarkt."))
    return [*(one.id.hex() for one in things), view.id.hex(), "0" * 32]


@pytest.mark.parametrize("number", range(len(ASKED)), ids=NAMES)
@pytest.mark.parametrize("who", ["stranger", "member"])
def test_every_answer_is_one_that_the_description_promises(
    node: ServedNode, signed: Signed, known: list[str], who: str, number: int
) -> None:
    asked = ASKED[number]
    auth = signed if who == "member" else None
    operation = SCHEMA[BASE + asked.path][asked.method]

    def play(case: Case, thing: str | None) -> None:
        if thing is not None and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = thing
        response = case.call(
            base_url=f"http://127.0.0.1:{node.here.port}", auth=auth, timeout=ANSWER_S
        )
        is_known = str(response.status_code) in operation.definition.raw["responses"]
        checks = CHECKS if is_known else [not_a_server_error, *CHECKS]
        case.validate_response(response, checks=checks)
        if who == "stranger" and asked.access is not Access.PUBLIC:
            assert response.status_code in (401, 421), response.status_code

    _for_some(operation, GenerationMode.POSITIVE, play, [None, *known])
    if asked.body or asked.has_window or asked.has_language or asked.parameters:
        _for_some(operation, GenerationMode.NEGATIVE, play, [None])


def test_an_answer_that_was_not_promised_is_seen(node: ServedNode) -> None:
    document = openapi_document()
    answer = document["paths"][BASE + "/health"]["get"]["responses"]["200"]
    answer["content"]["application/json"]["schema"] = {"type": "array"}
    case = schemathesis.openapi.from_dict(document)[BASE + "/health"]["GET"].Case()
    response = case.call(base_url=f"http://127.0.0.1:{node.here.port}")
    with pytest.raises(FailureGroup, match="violates schema"):
        case.validate_response(response, checks=CHECKS)


SCHEMA = schemathesis.openapi.from_dict(openapi_document())


def _for_some(
    operation: APIOperation,
    mode: GenerationMode,
    play: Callable[[Case, str | None], None],
    things: list[str | None],
) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), thing=st.sampled_from(things))
    def some(case: Case, thing: str | None) -> None:
        play(case, thing)

    some()
