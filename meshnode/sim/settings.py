"""How a virtual radio is set up, where it changes what goes on the air."""

from dataclasses import dataclass
from enum import Enum, IntEnum

from meshnode.protocol.medium import Modulation
from meshnode.sim.presets import REGIONS, UNLIMITED, Region, modulation_of


class Role(Enum):
    """The roles that change relaying. ROUTER_LATE and CLIENT_BASE are not modelled."""

    CLIENT = "client"
    CLIENT_MUTE = "client_mute"
    """Never relays."""
    ROUTER = "router"
    """Relays before all others, and also when others already did."""


class Result(IntEnum):
    """What the firmware answers to a packet: `QueueStatus.res`, in the firmware's numbers."""

    OK = 0
    """It waits in the transmit queue; it is not on the air yet."""
    NO_CHANNEL = 6
    TOO_LARGE = 7
    DUTY_CYCLE_LIMIT = 9
    BAD_REQUEST = 32
    QUEUE_FULL = 32
    """The same number: the firmware's ERRNO_UNKNOWN and Routing.BAD_REQUEST overlap."""
    DISABLED = 34
    """No region is set, or sending is switched off."""
    PKI_FAILED = 34
    """The same number again: Routing.PKI_FAILED."""
    SHOULD_RELEASE = 35
    """Dealt with on the radio itself."""
    PKI_SEND_FAIL_PUBLIC_KEY = 39
    """A direct message to somebody whose key we do not know."""


@dataclass(frozen=True, slots=True)
class RadioSettings:
    """Settings of one radio. `region` None: not set, so that the radio does not send."""

    preset: str = "LONG_FAST"
    region: str | None = "EU_868"
    role: Role = Role.CLIENT
    relays: bool = True
    """False is `rebroadcast_mode` NONE."""
    is_tx_enabled: bool = True
    override_duty_cycle: bool = False

    @property
    def limits(self) -> Region:
        """What the region allows."""
        return REGIONS.get(self.region or "", UNLIMITED)

    @property
    def modulation(self) -> Modulation:
        """What the radio chip is set to."""
        return modulation_of(self.preset, self.limits)
