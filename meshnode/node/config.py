"""The node's configuration: `config.toml` in its home, and what the command line adds.

Invariants: an unknown key or a wrong value is an error that names the key, the file and what
would be right; nothing is guessed.
"""

import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from meshnode.board.official.regions import check_region
from meshnode.node.alerts.sources import parse_feed
from meshnode.node.languages import LANGUAGES, NEIGHBOURHOOD_LANGUAGE
from meshnode.protocol.errors import LimitError
from meshnode.protocol.ledger import ORDINARY_SHARE

SHARE_MAX: Final = 0.05
"""Most that ordinary traffic may take of an hour, so that urgent traffic stays below 10 %."""
HOP_LIMIT_MAX: Final = 3
"""More hops mostly add collisions; every node re-offers what it holds anyway."""

ALERTS_MINUTES_MIN: Final = 5
"""The servers are shared by a whole country; an alert is minutes old there anyway."""
ALERTS_MINUTES_MAX: Final = 1440
FEEDS_MAX: Final = 12
REGIONS_MAX: Final = 8
"""Districts of one node: its own and those around it."""

_ADDRESS_SHAPE: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?", re.ASCII
)

_NUMBER_MAX: Final = 1e9
"""Above all that any key can mean; Python cannot write down every number that TOML can."""

_ORIGIN: Final = re.compile(r"https?://([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?")

_LOG_LEVELS: Final = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class NodeSection:
    """`[node]`: what neighbours see, where its people tell the time, what most of them read."""

    name: str = ""
    time_zone: str = ""
    language: str = NEIGHBOURHOOD_LANGUAGE


@dataclass(frozen=True, slots=True)
class RadioSection:
    """`[radio]`: radios by URL, the channel's name or index (empty: choose), hops."""

    urls: tuple[str, ...] = ()
    channel: str = ""
    hop_limit: int = 0


@dataclass(frozen=True, slots=True)
class InternetSection:
    """`[internet]`: where to listen for peers, and whom to call."""

    listen: str = ""
    peers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpSection:
    """`[http]`: where a browser finds the node; empty: nowhere.

    `app_origin`: the one other origin whose pages may use it, as in `https://app.example.org`.
    `kiosk`: whether the page `/kiosk` lets phones in. `map`: a file of a map, if it is there.
    `address`: under which one people find it, as in `10.42.0.1`; empty: found out. `portal`:
    whether phones that look for internet in its Wi-Fi are told where they are.
    """

    listen: str = ""
    app_origin: str = ""
    address: str = ""
    portal: bool = False
    kiosk: bool = False
    map: str = "map.pmtiles"


@dataclass(frozen=True, slots=True)
class AirtimeSection:
    """`[airtime]`: the share of an hour that ordinary traffic may take."""

    share: float = ORDINARY_SHARE


@dataclass(frozen=True, slots=True)
class AlertsSection:
    """`[alerts]`: from where official alerts are fetched, for which districts, and how often.

    `exercises` says what becomes of drills of the authorities: `ignore` or `drill`.
    """

    feeds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    every_minutes: int = 10
    exercises: str = "ignore"


@dataclass(frozen=True, slots=True)
class LogSection:
    """`[log]`: `debug`, `info`, `warning` or `error`; `text` or `json`."""

    level: str = "info"
    format: str = "text"


@dataclass(frozen=True, slots=True)
class Config:
    """All sections."""

    node: NodeSection = field(default_factory=NodeSection)
    radio: RadioSection = field(default_factory=RadioSection)
    internet: InternetSection = field(default_factory=InternetSection)
    http: HttpSection = field(default_factory=HttpSection)
    airtime: AirtimeSection = field(default_factory=AirtimeSection)
    alerts: AlertsSection = field(default_factory=AlertsSection)
    log: LogSection = field(default_factory=LogSection)


def read_config(path: Path) -> Config:
    """Return the configuration in a file.

    Raises:
        LimitError: The file is not TOML, or a key is unknown or has a wrong value.
    """
    try:
        return parse_text(path.read_bytes(), str(path))
    except OSError as error:
        raise LimitError(f"Cannot read {path}: {error.strerror}.") from error


def parse_text(text: bytes, source: str) -> Config:
    """Return the configuration in a TOML document; `source` is named in errors.

    Raises:
        LimitError: It is not TOML, or a key is unknown or has a wrong value.
    """
    try:
        document = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:
        # Not TOML, not UTF-8, a number of thousands of digits, or lists nested as deep.
        raise LimitError(f"{source} is not valid TOML: {error}.") from error
    return parse_config(document, source)


def parse_config(document: dict[str, Any], source: str) -> Config:
    """Return the configuration in a parsed document; `source` is named in errors."""
    known = {section.name: section.default_factory for section in fields(Config)}
    sections: dict[str, Any] = {}
    for name, table in document.items():
        if name not in known:
            raise LimitError(f"{source}: unknown section [{name}].{_nearest(name, known)}")
        if not isinstance(table, dict):
            raise LimitError(f"{source}: {name} must be a section, written [{name}].")
        sections[name] = _parse_section(type(known[name]()), name, table, source)  # type: ignore[operator]
    config = Config(**sections)
    _check(config, source)
    return config


def render_config(name: str) -> str:
    """Return the text of a new node's configuration, with every key explained."""
    return f"""\
# This node's configuration. Command line options add to it; restart after a change.

[node]
name = {_quoted(name)}
# Where its people live, as in "Europe/Berlin"; empty: the system's zone, or if that is UTC,
# because nobody set it, Europe/Berlin.
time_zone = ""
# What the board's pages speak to those whose browser asks for no language that the node has:
# {", ".join(LANGUAGES)}.
language = "{NEIGHBOURHOOD_LANGUAGE}"

[radio]
# serial:/dev/ttyUSB0, tcp://192.168.1.20:4403 or ble:NAME
urls = []
# The Meshtastic channel, by name or number; empty: the one named "meshnode", else the first.
channel = ""
# How often other radios may repeat our packets, 0 to 3; nodes pass on objects by themselves.
hop_limit = 0

[internet]
# Where other nodes of the community can call us, as in "0.0.0.0:4480"; empty: nowhere.
listen = ""
# Whom to call, as in "tls://node.example.org:4480".
peers = []

[http]
# Where a browser can read the board, as in "0.0.0.0:8080"; empty: nowhere.
listen = ""
# Under which address people find it, as in "10.42.0.1" or "node.lan:8080"; empty: found out.
address = ""
# Whether this node is also the access point of its own Wi-Fi and tells phones that look for
# internet there where they are (hardware/access-point); needs the address.
portal = false
# Whether the page /kiosk shows codes that let phones in. Everybody who reaches this node's address
# can open that page: only where you would let everybody in who walks by.
kiosk = false
# The one other web address whose app may use this node, as in "https://app.example.org"; empty:
# none but the node's own.
app_origin = ""
# A map of the neighbourhood in one PMTiles file, in this directory if it is there; empty: none.
map = "map.pmtiles"

[airtime]
# The share of every hour that ordinary traffic may be on the air; urgent traffic: twice that.
share = {ORDINARY_SHARE}

[alerts]
# From where official alerts are fetched while there is internet; empty: nowhere. The node needs the
# role importer. As in ["nina", "dwd"]; also mowas, katwarn, biwapp, lhp, police, and
# "cap=https://HOST/PATH". "NAME=URL" takes a feed from another address.
feeds = []
# For which districts: regional keys (ARS) of twelve digits, as in ["059130000000"] for Dortmund.
regions = []
# How often to look, 5 to 1440.
every_minutes = 10
# Drills of the authorities: "ignore", or "drill" to post them as drills (needs coordinator, too).
exercises = "ignore"

[log]
level = "info"
format = "text"
"""


def _parse_section(section: type[Any], name: str, table: dict[str, Any], source: str) -> Any:
    defaults = section()
    known = {one.name: getattr(defaults, one.name) for one in fields(section)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise LimitError(f"{source}: unknown key {name}.{key}.{_nearest(key, known)}")
        values[key] = _typed(value, known[key], f"{source}: {name}.{key}")
    return section(**values)


def _typed(value: object, default: object, where: str) -> object:
    match default:
        case tuple():
            if isinstance(value, list) and all(isinstance(one, str) for one in value):
                return tuple(value)
            raise LimitError(f'{where} must be a list of texts, as in ["a", "b"].')
        case bool():
            if isinstance(value, bool):
                return value
            raise LimitError(f"{where} must be true or false.")
        case float():
            if isinstance(value, int | float) and _is_sane(value):
                return float(value)
            raise LimitError(f"{where} must be a number, as in {default}.")
        case int():
            if isinstance(value, int) and _is_sane(value):
                return value
            raise LimitError(f"{where} must be a whole number, as in {default}.")
        case _:
            if isinstance(value, str):
                return value
            raise LimitError(f'{where} must be a text in quotes, as in "{default}".')


def _is_sane(value: float) -> bool:
    return not isinstance(value, bool) and abs(value) <= _NUMBER_MAX


def _check(config: Config, source: str) -> None:
    if not 0 < config.airtime.share <= SHARE_MAX:
        raise LimitError(
            f"{source}: airtime.share is {config.airtime.share}; it must be above 0 and at most "
            f"{SHARE_MAX}."
        )
    if not 0 <= config.radio.hop_limit <= HOP_LIMIT_MAX:
        raise LimitError(
            f"{source}: radio.hop_limit is {config.radio.hop_limit}; it must be 0 to "
            f"{HOP_LIMIT_MAX}."
        )
    _check_alerts(config.alerts, source)
    _check_address(config.http, source)
    _check_origin(config.http.app_origin, source)
    if config.node.language not in LANGUAGES:
        raise LimitError(f"{source}: node.language must be one of {', '.join(LANGUAGES)}.")
    if config.log.level not in _LOG_LEVELS:
        raise LimitError(f"{source}: log.level must be one of {', '.join(_LOG_LEVELS)}.")
    if config.log.format not in ("text", "json"):
        raise LimitError(f'{source}: log.format must be "text" or "json".')


def _check_address(http: HttpSection, source: str) -> None:
    if http.address and not _ADDRESS_SHAPE.fullmatch(http.address):
        raise LimitError(
            f'{source}: http.address must be HOST or HOST:PORT, as in "10.42.0.1" or '
            '"node.lan:8080".'
        )
    if http.portal and not http.address:
        raise LimitError(
            f'{source}: http.portal needs http.address, as in "10.42.0.1": phones are sent there.'
        )


def _check_alerts(alerts: AlertsSection, source: str) -> None:
    low, high = ALERTS_MINUTES_MIN, ALERTS_MINUTES_MAX
    if not low <= alerts.every_minutes <= high:
        raise LimitError(
            f"{source}: alerts.every_minutes is {alerts.every_minutes}; it must be {low} to {high}."
        )
    if alerts.exercises not in ("ignore", "drill"):
        raise LimitError(f'{source}: alerts.exercises must be "ignore" or "drill".')
    if len(alerts.feeds) > FEEDS_MAX or len(alerts.regions) > REGIONS_MAX:
        raise LimitError(
            f"{source}: at most {FEEDS_MAX} alerts.feeds and {REGIONS_MAX} alerts.regions."
        )
    try:
        for region in alerts.regions:
            check_region(region)
        for feed in alerts.feeds:
            parse_feed(feed, alerts.regions)
    except LimitError as error:
        raise LimitError(f"{source}: alerts: {error}") from error


def _check_origin(origin: str, source: str) -> None:
    """Refuse what no browser sends as `Origin`: it has neither a path nor capital letters."""
    if origin and not _ORIGIN.fullmatch(origin):
        raise LimitError(
            f"{source}: http.app_origin is {origin!a}; write it like https://app.example.org, "
            "without a slash at its end."
        )


def _nearest(name: str, known: dict[str, Any]) -> str:
    # A node whose file is right, and that is most of them, does without.
    from difflib import get_close_matches  # noqa: PLC0415

    nearest = get_close_matches(name, known, n=1)
    if nearest:
        return f" Did you mean {nearest[0]}?"
    return f" Known are: {', '.join(known)}."


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
