"""Every wait of the radio driver, in one value, so that tests can run on a faster clock.

Not for: the waits of one transport against its own device; those stand beside it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the driver waits for what, in milliseconds.

    The sums that matter: a silent radio is noticed `idle_ms + probe_ms * misses_max` (18 s)
    after its last byte; a radio that comes back is tried at most `retry_ms_max` later.
    """

    connect_ms: int = 10_000
    """A TCP handshake, or Bluetooth finding and connecting to the radio."""
    write_ms: int = 5_000
    """A radio that takes no byte for so long is stuck; 512 bytes take 45 ms at 115,200 baud."""
    handshake_ms: int = 60_000
    """A list of 250 nodes over a slow serial line takes tens of seconds."""
    handshake_repeat_ms: int = 5_000
    """No answer for so long: the question was lost, ask again."""
    half_frame_ms: int = 3_000
    """The radio writes a frame in one go; a rest that takes longer will not come."""
    status_ms: int = 5_000
    """A radio that lives answers a packet with its queue's state within a second."""
    probe_ms: int = 5_000
    """The same for a heartbeat."""
    misses_max: int = 2
    """Heartbeats without any answer until the link counts as lost."""
    idle_ms: int = 8_000
    """Silence after which a heartbeat asks whether the radio is still there."""
    keepalive_ms: int = 60_000
    """The radio hangs up on clients that say nothing for 15 minutes, however much it says."""
    room_ms: int = 1_000
    """How often to ask for room while the radio's queue is full; it tells nothing by itself."""
    leave_poll_ms: int = 250
    """How often to ask whether a packet has left the radio's queue for the air."""
    leave_ms: int = 3_000
    """How long a packet may stay there, beside a few of its own airtimes: the channel is busy."""
    waiting_ms: int = 30_000
    """A frame that found no room for so long goes back to the engine, which knows better ones."""
    notice_ms: int = 1_000
    """The minutes of a duty limit come in a second message, right behind the refusal."""
    busy_retry_ms: int = 5_000
    """A full queue of 16 frees several places in this time on all but the slowest presets."""
    refused_retry_ms: int = 60_000
    """Nothing changes faster where a person has to change it."""
    recheck_ms: int = 20_000
    """How often a radio that cannot work as it is set up is asked for its settings again."""
    reread_ms: int = 600_000
    """Firmware 2.8 takes a new preset without a reboot, and airtime must be counted rightly."""
    retry_ms_min: int = 500
    """Pause before the first new attempt."""
    retry_ms_max: int = 5_000
    """Trying a local port costs nothing, and its return must be noticed within 10 s."""
    takeover_warning_ms: int = 600_000
    """How long a radio that hung up on us is suspected of serving another program."""
