"""TLS over one socket, with exact backpressure and alerts that arrive.

Written over `ssl.MemoryBIO` because asyncio's own TLS drops the alert that tells a refused caller
why, and keeps buffers between `drain` and the socket. One task reads and one task writes; before
the link is up the same task does both. All errors come out as `LinkLost` or `LinkRefused`.
"""

import asyncio
import ssl
from contextlib import suppress
from socket import SHUT_WR, socket
from typing import Final

from meshnode.links.internet.certificate import peer_key
from meshnode.links.internet.context import PROTOCOL_NAME
from meshnode.links.internet.sockets import plain
from meshnode.protocol.errors import LinkLost, LinkRefused
from meshnode.protocol.keys import PublicKey

STRANGER: Final = "the other side is not of our community or uses an old network key"

RECEIVE_BYTES: Final = 16_384 + 256
"""One TLS record with its overhead: what one step decrypts."""
SEND_BYTES: Final = 16_384
"""What must move within the allowed silence: slow lines are slow, not dead."""
_LINGER_BYTES_MAX: Final = 65_536
"""What we throw away while a refused caller hears why."""

_STRANGER_SIGNS: Final = (
    "CERTIFICATE_VERIFY_FAILED",
    "NOT_RETURN_A_CERTIFICATE",
    "CERTIFICATE_REQUIRED",
    "UNKNOWN_CA",
    "BAD_CERTIFICATE",
    "CERTIFICATE_UNKNOWN",
    "DECRYPT_ERROR",
)
_NOT_OUR_TLS_SIGNS: Final = (
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "HTTPS_PROXY_REQUEST",
    "RECORD_LAYER_FAILURE",
    "UNSUPPORTED_PROTOCOL",
    "PROTOCOL_VERSION",
    "UNEXPECTED_MESSAGE",
    "HANDSHAKE_FAILURE",
)


class TlsStream:
    """An authenticated stream of bytes. Owns its socket.

    Shapes: `silence_s` bounds every wait for the other side, to speak as well as to listen.
    """

    def __init__(
        self, sock: socket, context: ssl.SSLContext, *, is_server: bool, silence_s: float
    ) -> None:
        self._socket = sock
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=is_server)
        self._silence_s = silence_s
        self._is_sending = False
        self.bytes_in = 0
        self.bytes_out = 0

    async def handshake(self) -> PublicKey:
        """Return the node key that the other side has proven to hold.

        A caller is verified by the listener only after this has returned at the caller: it may
        rely on nothing before it has read something.

        Raises:
            LinkLost: The connection ended.
            LinkRefused: The other side is a stranger or speaks something else.
        """
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                await self._fill()
            except ssl.SSLError as error:
                raise _explained(error) from None
            else:
                await self._flush()
                return self._peer()

    async def read(self, bytes_max: int = RECEIVE_BYTES) -> bytes:
        """Return the next bytes, at least one.

        Raises:
            LinkLost: The connection ended or was silent for too long.
            LinkRefused: The listener did not accept our certificate.
        """
        while True:
            try:
                data = self._tls.read(bytes_max)
            except ssl.SSLWantReadError:
                await self._fill()
            except ssl.SSLError as error:
                raise _explained(error) from None
            else:
                if not data:  # Python's way to report that they said goodbye (close_notify).
                    raise LinkLost("the other side hung up")
                return data

    async def write(self, data: bytes) -> None:
        """Return when the operating system has taken all of `data`.

        Raises:
            LinkLost: The connection ended or took nothing for too long.
        """
        try:
            self._tls.write(data)
        except ssl.SSLError as error:
            raise _explained(error) from None
        await self._flush()

    async def close_explained(self, patience_s: float) -> None:
        """Close so that the alert or the last byte arrives: a reset could overtake it."""
        try:
            with suppress(OSError, LinkLost):  # TimeoutError is an OSError
                async with asyncio.timeout(patience_s):
                    await self._flush()
                    self._socket.shutdown(SHUT_WR)
                    await self._drain_incoming()
        finally:
            self.close()

    def close(self) -> None:
        """Say goodbye if that is possible at once, and close."""
        with suppress(OSError, ValueError):  # SSLError is an OSError
            self._tls.unwrap()
        if not self._is_sending:  # Half a record was sent: another would not be understood.
            with suppress(OSError):
                self._socket.send(self._outgoing.read())
        self._socket.close()

    def _peer(self) -> PublicKey:
        if self._tls.selected_alpn_protocol() != PROTOCOL_NAME:
            raise LinkRefused(
                f"the other side does not speak {PROTOCOL_NAME}; update the older of the two nodes"
            )
        certificate = self._tls.getpeercert(binary_form=True)
        if certificate is None:
            raise LinkRefused(STRANGER)
        return peer_key(certificate)

    async def _fill(self) -> None:
        """Wait for bytes from the socket and give them to TLS."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._silence_s):
                data = await loop.sock_recv(self._socket, RECEIVE_BYTES)
        except TimeoutError:
            raise LinkLost(f"nothing was heard for {self._silence_s:g} s") from None
        except OSError as error:
            raise LinkLost(f"the connection broke: {plain(error)}") from None
        if not data:
            raise LinkLost("the other side closed the connection")
        self.bytes_in += len(data)
        self._incoming.write(data)
        # A receive that need not wait does not yield; a flood must not starve the other tasks.
        await asyncio.sleep(0)

    async def _flush(self) -> None:
        """Give everything that TLS wants to say to the socket."""
        loop = asyncio.get_running_loop()
        try:
            while piece := self._outgoing.read(SEND_BYTES):
                self._is_sending = True
                async with asyncio.timeout(self._silence_s):
                    await loop.sock_sendall(self._socket, piece)
                self._is_sending = False
                self.bytes_out += len(piece)
        except TimeoutError:
            raise LinkLost(f"the other side took nothing for {self._silence_s:g} s") from None
        except OSError as error:
            raise LinkLost(f"the connection broke: {plain(error)}") from None
        await asyncio.sleep(0)

    async def _drain_incoming(self) -> None:
        loop = asyncio.get_running_loop()
        left = _LINGER_BYTES_MAX
        while left > 0 and (data := await loop.sock_recv(self._socket, RECEIVE_BYTES)):
            left -= len(data)


def _explained(error: ssl.SSLError) -> LinkLost | LinkRefused:
    """Return what a TLS error means for people: shall they do something, or do we try again."""
    reason = error.reason or ""
    if any(sign in reason for sign in _STRANGER_SIGNS):
        return LinkRefused(STRANGER)
    if any(sign in reason for sign in _NOT_OUR_TLS_SIGNS):
        return LinkRefused("the other side does not speak TLS 1.3; is the port that of a meshnode?")
    return LinkLost(f"TLS failed ({reason.lower().replace('_', ' ') or 'no reason given'})")
