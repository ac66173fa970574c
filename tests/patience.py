"""How long tests wait for what comes later.

Each is many times what an idle machine needs: where a test passes, a long wait costs nothing, and a
short one fails because the machine does something else. What has to be quick is measured in
processor time, or in the time of the model.
"""

from typing import Final

ANSWER_S: Final = 60.0
"""Until what two sides in this process, or on sockets of this machine, have to say is said."""
READY_S: Final = 180.0
"""Until a daemon that was started answers; five start at once, on two cores or on one."""
STOP_S: Final = 120.0
"""Until a program that was told to end has ended."""
COMMAND_S: Final = 300.0
"""Until a command has done its work and ended."""
WIRE_S: Final = 120.0
"""Until nodes that a stream joins hold the same."""
AIR_S: Final = 600.0
"""Until a change has crossed the modelled channel, with loss. Nodes that were silent for a while
beacon less often, and a lost beacon then costs minutes."""
