"""The error tree: each class says what its reader can do about it."""


class MeshError(Exception):
    """Root of all errors that meshnode raises on purpose."""


class PeerError(MeshError):
    """They sent nonsense: drop it and count `reason`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class CallerError(MeshError):
    """We misused the core: a bug in this program."""


class LimitError(MeshError):
    """A bound was met; the message names the value, the bound and the next step."""


class StoreError(MeshError):
    """The store cannot be read or written; the message says what to do."""


class LinkLost(MeshError):
    """The medium went away; try again later."""


class LinkRefused(MeshError):
    """The medium or the other side will not have us as we are set up; tell the operator."""
