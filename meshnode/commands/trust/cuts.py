"""Cuts: up to where what a key signed stays valid. Imports what is slow; import it in a command."""

from collections.abc import Mapping

from meshnode.board.parts import CUTS_MAX, Cut
from meshnode.commands.terminal.failures import Failure
from meshnode.protocol.keys import KeyId


def cuts_up_to(sequences: Mapping[str, int]) -> list[Cut]:
    """Return cuts that keep all up to a number, by the id of the key; 0 keeps nothing.

    Raises:
        Failure: There are more keys than a revocation names.
    """
    kept = {name: last for name, last in sequences.items() if last > 0}
    if len(kept) > CUTS_MAX:
        raise Failure(
            f"This identity has {len(kept)} keys, and a revocation keeps what {CUTS_MAX} of them "
            "signed. Revoke its unused devices first.",
            code="limit",
        )
    return sorted(Cut(KeyId(bytes.fromhex(name)), last) for name, last in kept.items())
