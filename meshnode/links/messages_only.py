"""The Meshtastic package without its client: only the messages are wanted of it.

Why: `import meshtastic.protobuf` runs the package's own module, which brings clients, HTTP, tables
and a message bus: 240 modules and 9 MB that a node never uses. Not for: programs that use the
client classes.
"""

import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Final

_PACKAGE: Final = "meshtastic"


def spare_client_classes() -> None:
    """Let `meshtastic.protobuf` be imported by itself, unless the whole package is there already.

    Call it before anything imports the links.
    """
    found = find_spec(_PACKAGE) if _PACKAGE not in sys.modules else None
    if found is None or found.submodule_search_locations is None:
        return
    package = ModuleType(_PACKAGE)
    package.__path__ = list(found.submodule_search_locations)
    package.__spec__ = found
    sys.modules[_PACKAGE] = package
