"""A paired radio over Bluetooth Low Energy.

Not for: pairing; the operating system does it, with the PIN that the radio shows. Invariants:
bleak is imported only when such a radio is configured; no framing: one read is one message.
Tried only against a scripted client with bleak's interface, never against a radio.
Source: docs/spec/radio.md section 2; firmware 2.7 src/BluetoothCommon.h.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeVar

from meshnode.links.meshtastic.address import BleAddress
from meshnode.links.meshtastic.timing import Timing
from meshnode.protocol.errors import LinkLost

TO_RADIO: Final = "f75c76d2-129e-4dad-a1dd-7866124401e7"
FROM_RADIO: Final = "2c55e69e-4993-11ed-b878-0242ac120002"
FROM_NUM: Final = "ed9da18c-a800-4f66-a670-aa7547e34453"

_POLL_S: Final = 1.0
"""FROM_NUM is silent while the radio tells its settings, so we also look without being told."""
_T = TypeVar("_T")
_BATCH_MAX: Final = 64
"""Messages read in one go; the link handles them before it reads on."""


class BleClient(Protocol):
    """The part of bleak's client that we use."""

    async def connect(self) -> None:
        """Connect to the radio."""

    async def disconnect(self) -> None:
        """Hang up."""

    async def start_notify(self, characteristic: str, callback: Callable[..., None], /) -> None:
        """Call back on each notification."""

    async def read_gatt_char(self, characteristic: str, /) -> bytearray:
        """Return the characteristic's value."""

    async def write_gatt_char(self, characteristic: str, data: bytes, /, *, response: bool) -> None:
        """Set the characteristic's value."""


class BleTransport:
    """Messages over three GATT characteristics."""

    def __init__(self, client: BleClient, *, errors: tuple[type[Exception], ...], timing: Timing):
        self._client = client
        self._errors: tuple[type[Exception], ...] = (*errors, OSError, EOFError, TimeoutError)
        self._timing = timing
        self._news = asyncio.Event()
        self._is_lost = False
        self._turn = asyncio.Lock()  # BlueZ refuses a second operation while one is in progress.

    @property
    def junk_bytes(self) -> int:
        """0: Bluetooth checks and delimits messages itself."""
        return 0

    def disconnected(self, _client: object = None) -> None:
        """Take note that the connection is gone; bleak calls this."""
        self._is_lost = True
        self._news.set()

    async def connect(self) -> None:
        """Connect and ask for notifications.

        Raises:
            LinkLost: The radio does not answer or wants pairing first.
        """
        await self._bounded(self._client.connect, self._timing.connect_ms)
        await self._bounded(
            lambda: self._client.start_notify(FROM_NUM, self._notified), self._timing.connect_ms
        )

    async def receive(self) -> list[bytes]:
        """Return the messages that wait in the radio, after waiting for the first."""
        while True:
            self._news.clear()
            messages = await self._drain()
            if messages:
                return messages
            try:
                async with asyncio.timeout(_POLL_S):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def send(self, message: bytes) -> None:
        """Write one message and look for its answer."""
        await self._bounded(
            lambda: self._client.write_gatt_char(TO_RADIO, message, response=True),
            self._timing.write_ms,
        )
        self._news.set()

    async def wake(self, *, is_thorough: bool) -> None:
        """Do nothing: messages are delimited."""

    async def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(LinkLost):  # It may be gone already.
            await self._bounded(self._client.disconnect, self._timing.write_ms)

    def _notified(self, *_values: object) -> None:
        self._news.set()

    async def _drain(self) -> list[bytes]:
        messages: list[bytes] = []
        while len(messages) < _BATCH_MAX:
            if self._is_lost:
                raise LinkLost("the Bluetooth connection broke")
            value = await self._bounded(
                lambda: self._client.read_gatt_char(FROM_RADIO), self._timing.write_ms
            )
            if not value:
                break
            messages.append(bytes(value))
        return messages

    async def _bounded(self, work: Callable[[], Awaitable[_T]], timeout_ms: int) -> _T:
        try:
            async with asyncio.timeout(timeout_ms / 1000), self._turn:
                return await work()
        except self._errors as error:
            raise LinkLost(f"Bluetooth: {str(error) or type(error).__name__}") from error


async def open_ble(address: BleAddress, timing: Timing) -> BleTransport:
    """Return a connection to the radio with this name or hardware address.

    Raises:
        LinkLost: It is not in range, or not paired; the message says what to check.
    """
    import bleak  # noqa: PLC0415 - 1 MB and a D-Bus library that only Bluetooth radios need.
    from bleak.exc import BleakError  # noqa: PLC0415 - As above.

    try:
        device = await bleak.BleakScanner.find_device_by_filter(
            lambda found, _advertised: address.name in (found.name, found.address),
            timeout=timing.connect_ms / 1000,
        )
    except (BleakError, OSError) as error:
        raise LinkLost(f"Bluetooth: {error}. Is it switched on? Try: bluetoothctl show") from error
    if device is None:
        raise LinkLost(f"no Bluetooth radio named {address.name!r} is in range and switched on")
    transport: BleTransport | None = None

    def lost(_client: object) -> None:
        if transport is not None:
            transport.disconnected()

    client = bleak.BleakClient(device, disconnected_callback=lost)
    transport = BleTransport(client, errors=(BleakError,), timing=timing)
    async with contextlib.AsyncExitStack() as undo:
        undo.push_async_callback(transport.close)
        await transport.connect()
        undo.pop_all()
    return transport
