"""How long the internet link waits for what. One value, so that tests run the same code faster."""

from dataclasses import dataclass

from meshnode.protocol.errors import CallerError


@dataclass(frozen=True, slots=True)
class Timing:
    """Every wait of the link, in seconds.

    `keepalive_s` must be well below `silence_s`: two lost keepalives must not end a connection.
    """

    connect_s: float = 10.0
    """Name lookup and TCP together. A Pi on a bad mobile line answers within three."""
    handshake_s: float = 10.0
    """TLS and greeting together: what a caller may cost before we know who it is."""
    keepalive_s: float = 20.0
    """Home routers forget an idle connection after 30 s at the earliest."""
    silence_s: float = 60.0
    """Three keepalives missed: the other side, or the way to it, is gone."""
    first_retry_s: float = 1.0
    """A restarted neighbour is back within seconds."""
    longest_retry_s: float = 60.0
    """After an outage everybody is connected again within a minute."""
    lasting_s: float = 30.0
    """A connection that lived this long was a good one: the next failure is a first failure."""
    settle_s: float = 5.0
    """Two connections made within this time were made at the same time: the first one stays."""
    farewell_s: float = 1.0
    """What a goodbye may cost: an alert that must arrive, a host that is being stopped."""
    accept_pause_s: float = 1.0
    """After a failed accept (mostly: no file descriptors left), so that it does not spin."""

    def __post_init__(self) -> None:
        if not 0 < 2 * self.keepalive_s < self.silence_s:
            raise CallerError(
                f"keepalive every {self.keepalive_s} s does not fit {self.silence_s} s of silence"
            )
