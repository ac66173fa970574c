"""A node imports Meshtastic's messages and not its client."""

import subprocess
import sys

from tests.patience import COMMAND_S

PROGRAM = """
import sys
from meshnode.links.messages_only import spare_client_classes
spare_client_classes()
from meshnode.links.meshtastic import MeshtasticLink
from meshtastic.protobuf import mesh_pb2
assert mesh_pb2.MeshPacket(id=7).id == 7
assert "meshtastic.mesh_interface" not in sys.modules
spare_client_classes()
assert "meshtastic.protobuf" in sys.modules
"""
AFTER_ALL = """
import meshtastic
from meshnode.links.messages_only import spare_client_classes
spare_client_classes()
assert meshtastic.BROADCAST_ADDR
"""


def test_the_links_come_without_client_classes() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, timeout=COMMAND_S)


def test_a_package_that_is_whole_already_is_left_alone() -> None:
    subprocess.run([sys.executable, "-c", AFTER_ALL], check=True, timeout=COMMAND_S)
