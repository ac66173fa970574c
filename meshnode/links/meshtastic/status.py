"""How a radio link is, for people: gathers what happened, says it in a sentence.

Not for: deciding anything. Invariant: a state is reported only when it differs from the last one.
"""

from collections import Counter
from typing import Final

from meshnode.links import LinkState
from meshnode.links.meshtastic.packets import RADIO_PACKET_BYTES_MAX
from meshnode.links.meshtastic.radio_config import RadioPlan
from meshnode.links.meshtastic.timing import Timing
from meshnode.protocol.medium import Outcome

_TAKEOVER: Final = (
    "Another program took over the radio: it closed our connection and took a new one at once. "
    "A radio serves only one program. Close the Meshtastic app that uses it, or give the app a "
    "radio of its own."
)


class Status:
    """What `meshnode status` shows about one radio."""

    def __init__(self, url: str, timing: Timing) -> None:
        self._url = url
        self._timing = timing
        self._state = "connecting"
        self._sentence = ""
        self._counts: Counter[str] = Counter()
        self._connections = 0
        self._junk_bytes_before = 0
        self._takeover_until_ms: int | None = None
        self._reported: LinkState | None = None
        self.plan: RadioPlan | None = None
        self.junk_bytes = 0
        self.queue_free: int | None = None
        self.refusal: int | None = None
        self.utilisation_percent: float | None = None

    def connecting(self) -> None:
        """An attempt begins. The last sentence stays: it says why it is not up."""
        if self._state != "refused" and not self._sentence:
            self._sentence = "Connecting to the radio."

    def connected(self) -> None:
        """The way to the radio is open; it has not told its settings yet."""
        self._state, self._sentence = "connecting", "Connected; asking the radio for its settings."
        self._connections += 1

    def up(self, plan: RadioPlan) -> None:
        """The radio carries frames."""
        self.plan = plan
        self._state = "up"
        self._sentence = f"The radio works: {plan.preset} in {plan.region}."

    def down(self, reason: str) -> None:
        """The radio carries none, though it is connected."""
        self._state = "connecting"
        self._sentence = f"Asking the radio for its settings again: {reason}."

    def refused(self, sentence: str, plan: RadioPlan | None = None) -> None:
        """A person must do something first."""
        self.plan = plan or self.plan
        self._state, self._sentence = "refused", sentence

    def lost(self, reason: str) -> None:
        """The way to the radio is closed; it will be tried again."""
        self._state = "waiting"
        stop = "" if reason.endswith(("?", ".")) else "."
        self._sentence = f"{reason[:1].upper()}{reason[1:]}{stop} Trying again by itself."
        self._junk_bytes_before += self.junk_bytes
        self.junk_bytes = 0
        self.queue_free = None

    def suspect_takeover(self, now_ms: int) -> None:
        """The radio hung up and still answers."""
        self._takeover_until_ms = now_ms + self._timing.takeover_warning_ms

    def heard(self) -> None:
        """Count a frame from the air."""
        self._counts["frames_heard"] += 1

    def ignored(self, reason: str) -> None:
        """Count a packet that was not for us."""
        self._counts[f"ignored_{reason}"] += 1

    def done(self, outcome: Outcome) -> None:
        """Count what became of a frame of ours."""
        self._counts[f"frames_{outcome.value}"] += 1

    def changed(self, now_ms: int) -> LinkState | None:
        """Return how the link is, or None if that was reported already."""
        state = LinkState(self._state, self._sentence, self._warnings(now_ms), self._detail())
        if state == self._reported:
            return None
        self._reported = state
        return state

    def _warnings(self, now_ms: int) -> tuple[str, ...]:
        found = list(self.plan.warnings) if self.plan else []
        if self._takeover_until_ms is not None and now_ms < self._takeover_until_ms:
            found.append(_TAKEOVER)
        if self.refusal is not None:
            found.append(
                f"The radio refused our last packet (error {self.refusal}). If this stays, "
                "restart the radio and look at its LoRa and channel settings."
            )
        return tuple(found)

    def _detail(self) -> dict[str, str | int | float]:
        detail: dict[str, str | int | float] = {
            "url": self._url,
            "reconnects": max(self._connections - 1, 0),
            "junk_bytes": self._junk_bytes_before + self.junk_bytes,
            **{name: self._counts[name] for name in sorted(self._counts)},
        }
        if self.plan is not None:
            detail |= _plan_detail(self.plan)
        if self.queue_free is not None:
            detail["queue_free"] = self.queue_free
        if self.utilisation_percent is not None:
            detail["channel_utilisation_percent"] = round(self.utilisation_percent, 1)
        return detail


def _plan_detail(plan: RadioPlan) -> dict[str, str | int | float]:
    full = RADIO_PACKET_BYTES_MAX
    detail: dict[str, str | int | float] = {
        "preset": plan.preset,
        "region": plan.region,
        "firmware": plan.firmware,
        "duty_share_max": plan.medium.duty_share_max,
    }
    if plan.medium.modulation is not None:
        detail["full_packet_ms"] = round(plan.medium.modulation.airtime_ms(full))
    if plan.channel is not None:
        detail["channel"] = plan.channel.index
        detail["channel_name"] = plan.channel.name
    return detail
