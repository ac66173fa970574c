"""What people look for: filters of lists, searches, and capacity that is to be passed on."""

from collections.abc import Iterator

from starlette.datastructures import QueryParams

from meshnode.api.bulletins.sieves import HITS_MAX, parse_reader, parse_search, parse_sieve
from meshnode.api.capacity.endpoints import parse_allotment
from meshnode.api.intake import parse_object
from meshnode.api.refusals import RequestError
from meshnode.board.finding.query import TERMS_MAX, parse_query
from meshnode.protocol.errors import LimitError
from tests.fuzz.harness import Harness, require

_SIEVE, _SEARCH, _QUERY, _ALLOTMENT = range(4)


def run(data: bytes) -> bool:
    """The first byte says what the rest is."""
    mode, rest = (data[0] % 4 if data else _QUERY), data[1:]
    try:
        if mode == _ALLOTMENT:
            wanted = parse_allotment(parse_object(rest))
            require(wanted.units >= 0, "fewer units than none")
            return True
        text = rest.decode("utf-8", "replace")
        if mode == _QUERY:
            return _query(text)
        return _sieve(text) if mode == _SIEVE else _search(text)
    except (RequestError, LimitError):
        return False


def _query(text: str) -> bool:
    terms = parse_query(text)
    require(len(terms) <= TERMS_MAX, "more terms than are looked for")
    require(all(all(one.words) for one in terms), "a term without a word")
    return bool(terms)


def _sieve(text: str) -> bool:
    wanted = parse_sieve(QueryParams(text)).sieve
    require(wanted.last_minutes is None or wanted.last_minutes > 0, "a time that has not begun")
    return True


def _search(text: str) -> bool:
    query = QueryParams(text)
    wanted = parse_search(query)
    require(wanted.offset >= 0 and 1 <= wanted.limit <= HITS_MAX, "no part of what is found")
    require(bool(parse_reader(query)) or "reader" in query, "no language to answer in")
    return True


def seeds() -> Iterator[bytes]:
    yield bytes([_SIEVE]) + b"kind=alert&category=water&severity=severe&since_s=3600&text=Wasser"
    yield bytes([_SIEVE]) + b"author=" + b"0a" * 16
    yield bytes([_SEARCH]) + b"q=Insulin&kind=offer&place=Nordmarkt&language=de&limit=5&offset=2"
    for text in ("Wasser Nordmarkt", '"blaues Fahrrad" Schloss*', "„Straße“ strasse", "ماء خبز"):
        yield bytes([_QUERY]) + text.encode()
    yield bytes([_ALLOTMENT]) + b'{"to": "Rathaus", "units": 20, "first_slot": 0, "last_slot": 5}'
    yield bytes([_ALLOTMENT]) + b'{"automatic": true, "until_in_s": 3600}'


HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(parse_sieve, parse_search, parse_reader, parse_query, parse_allotment),
    bytes_max=400,
    mutations=2_000,
)
