"""What servers of official alerts send: CAP, NINA's lists and details, the weather service's list.

Whatever is read is carried on to the object that would be signed: it has to have a form that every
node takes, and be written as CAP again.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from meshnode.board.bulletins.alert import check_alert, encode_alert
from meshnode.board.official.cap import parse_cap
from meshnode.board.official.cap_writing import encode_cap
from meshnode.board.official.dwd import parse_dwd_list
from meshnode.board.official.jsontext import parse_json
from meshnode.board.official.nina import parse_nina_detail, parse_nina_list
from meshnode.board.official.planning import Reason, plan
from meshnode.board.official.reading import parse_official
from meshnode.board.official.times import parse_time
from meshnode.board.official.warning import OfficialAlert
from meshnode.board.official.wording import fields_of, provenance_of
from meshnode.board.official.xml import parse_xml
from meshnode.node.alerts.sources import parse_feed
from meshnode.node.languages import language_of_source
from meshnode.protocol.errors import LimitError, PeerError
from tests.fuzz.harness import Harness, require
from tests.unit.board.official.samples import (
    MINUTE,
    REGION,
    cap,
    dashed,
    detail,
    dwd,
    encoded,
    mapped,
    windy,
)

_SHOWN_MAX = 4
"""Of a list's alerts so many are carried on; the texts take the time."""


def _time(data: bytes) -> object:
    return parse_time(data.decode("utf-8", "replace"))


def _feed(data: bytes) -> object:
    return parse_feed(data.decode("utf-8", "replace"), (REGION,))


_READERS: tuple[Callable[[bytes], object], ...] = (
    parse_official,
    parse_cap,
    parse_nina_list,
    parse_nina_detail,
    parse_dwd_list,
    _time,
    _feed,
)


def run(data: bytes) -> bool:
    """The first byte says who reads the rest."""
    try:
        read = _READERS[data[0] % len(_READERS) if data else 0](data[1:])
    except (PeerError, LimitError):
        return False
    alerts = [read] if isinstance(read, OfficialAlert) else getattr(read, "alerts", ())
    for alert in alerts[:_SHOWN_MAX]:
        _carry_on(alert)
    return True


def _carry_on(alert: OfficialAlert) -> None:
    language = language_of_source(alert.language)
    said = plan(alert, (), language=language, minute=MINUTE, until_min=MINUTE + 90 * 1440)
    require(isinstance(said, Reason) or said.minutes > 0, "an alert without a life")
    fields = fields_of(alert, language)
    require(bool(fields.text) and bool(fields.title), "an alert that says nothing")
    # A short text stands for all: to choose a codec for a long one takes milliseconds.
    _, body = encode_alert(provenance_of(alert), replace(fields, text="x", title=None))
    check_alert(body)
    encode_cap(alert)


def seeds() -> Iterator[bytes]:
    for sample in (
        cap(),
        cap(references="a@b,1,x", msg_type="Cancel", more="<responseType>AllClear</responseType>"),
        encoded([mapped(), dashed()]),
        encoded(detail()),
        encoded(detail(references="a,mow.b,c", msgType="Cancel")),
        dwd(),
        dwd(windy(level=5), is_framed=False),
        b'<!DOCTYPE a [<!ENTITY a "aa">]><a>&a;</a>',
    ):
        for number in range(5):
            yield bytes([number]) + sample
    yield b"\x052026-11-26T12:00:00.123+01:00"
    for feed in (b"nina", b"dwd=https://example.org/w.json", b"cap=http://127.0.0.1/x", b"mowas"):
        yield b"\x06" + feed


HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(
        parse_official,
        parse_cap,
        parse_nina_list,
        parse_nina_detail,
        parse_dwd_list,
        parse_xml,
        parse_json,
        parse_time,
        parse_feed,
    ),
    bytes_max=3_000,
    mutations=2_000,
)
