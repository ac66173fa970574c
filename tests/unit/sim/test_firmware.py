import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from meshtastic.protobuf import (
    admin_pb2,
    channel_pb2,
    config_pb2,
    mesh_pb2,
    portnums_pb2,
    telemetry_pb2,
)

from meshnode.sim.channel import Path
from meshnode.sim.firmware import Options
from meshnode.sim.firmware.channels import encrypted
from meshnode.sim.firmware.framing import framed
from meshnode.sim.firmware.personality import BOOT_MS
from meshnode.sim.packet import AirPacket
from meshnode.sim.transmit_queue import PLACES
from tests.unit.sim.phone import (
    BROADCAST,
    QUIET,
    Phone,
    Village,
    errors,
    packets,
    payloads,
    statuses,
)

TEXT = portnums_pb2.TEXT_MESSAGE_APP


def kinds(messages: list[mesh_pb2.FromRadio]) -> list[str]:
    """Return the variants, each run of the same one once."""
    names: list[str] = []
    for message in messages:
        name = str(message.WhichOneof("payload_variant"))
        if not names or names[-1] != name:
            names.append(name)
    return names


def test_the_handshake_has_the_order_of_the_firmware() -> None:
    village = Village(("a", "b"))
    messages = village.phones["a"].connect(nonce=1234)
    assert kinds(messages) == [
        "my_info",
        "deviceuiConfig",
        "node_info",
        "metadata",
        "channel",
        "config",
        "moduleConfig",
        "node_info",
        "fileInfo",
        "config_complete_id",
    ]
    assert messages[-1].config_complete_id == 1234
    assert messages[0].my_info.my_node_num == messages[2].node_info.num == 0x1001
    assert messages[3].metadata.firmware_version == "2.7.26"
    assert [each.channel.index for each in messages if each.HasField("channel")] == list(range(8))
    configs = [each.config for each in messages if each.HasField("config")]
    assert [each.WhichOneof("payload_variant") for each in configs] == [
        field.name for field in config_pb2.Config.DESCRIPTOR.fields
    ]
    modules = [each.moduleConfig for each in messages if each.HasField("moduleConfig")]
    assert [each.WhichOneof("payload_variant") for each in modules][-4:] == [
        "paxcounter",
        None,
        None,
        None,
    ]


def test_special_nonces_leave_out_the_nodes_or_all_else() -> None:
    village = Village(("a",))
    village.phones["a"].firmware.device.meet(0x1002)
    only_config = village.phones["a"].connect(nonce=69_420)
    assert [each.node_info.num for each in only_config if each.HasField("node_info")] == [0x1001]
    only_nodes = village.phones["a"].connect(nonce=69_421)
    assert kinds(only_nodes) == ["node_info", "config_complete_id"]
    assert [each.node_info.num for each in only_nodes][:2] == [0x1001, 0x1002]


def test_a_second_request_starts_the_handshake_anew() -> None:
    phone = Village(("a",)).phones["a"]
    phone.firmware.open()
    phone.write(mesh_pb2.ToRadio(want_config_id=1))
    assert phone.firmware.next_bytes() is not None
    phone.write(mesh_pb2.ToRadio(want_config_id=2))
    messages = phone.read()
    assert messages[0].HasField("my_info")
    assert [each.config_complete_id for each in messages if each.config_complete_id] == [2]


def test_nothing_is_said_before_the_client_asks() -> None:
    village = Village(("a", "b"))
    a, b = village.phones.values()
    b.firmware.open()
    a.connect()
    a.send(b"hello", channel=1)
    village.run_s(5)
    assert b.read() == []
    assert payloads(b.connect()) == [b"hello"]


def test_wake_bytes_and_junk_before_a_request_are_ignored() -> None:
    phone = Village(("a",)).phones["a"]
    phone.firmware.open()
    phone.firmware.receive(b"\xc3" * 32 + b"\x94\xc3\x00\x03\xff\xff\xff" + b"junk")
    phone.write(mesh_pb2.ToRadio(want_config_id=5))
    assert phone.read()[-1].config_complete_id == 5


@settings(max_examples=50)
@given(st.lists(st.binary(max_size=60), max_size=10))
def test_no_bytes_from_a_client_upset_the_radio(chunks: list[bytes]) -> None:
    phone = Village(("a",)).phones["a"]
    phone.firmware.open()
    for chunk in chunks:
        phone.firmware.receive(framed(chunk))
        phone.firmware.receive(chunk)
    phone.firmware.receive(b"\xc3" * 600)
    assert phone.connect()[-1].config_complete_id == 7


def test_a_packet_reaches_the_clients_of_the_others_with_its_circumstances() -> None:
    village = Village(("a", "b", "c"), path=Path(snr_db=-3.5))
    a, b, c = village.connected()
    a.send(b"frame", packet_id=77, channel=1)
    assert statuses(a.read()) == [(0, 77)]
    village.run_s(5)
    (packet,) = packets(b.read())
    assert getattr(packet, "from") == 0x1001
    assert (packet.to, packet.id, packet.channel) == (BROADCAST, 77, 1)
    assert packet.decoded.portnum == portnums_pb2.PRIVATE_APP
    assert packet.decoded.payload == b"frame"
    assert packet.decoded.bitfield == 0
    assert packet.decoded.HasField("bitfield")
    assert packet.rx_snr == -3.5
    assert packet.rx_rssi == -118
    assert packet.rx_time == 1_700_000_000 + int(village.kernel.now_ms / 1000) - 5
    assert (packet.hop_limit, packet.hop_start, packet.transport_mechanism) == (0, 0, 1)
    assert payloads(c.read()) == [b"frame"]
    assert a.read() == [], "an own packet is not echoed"


def test_the_time_on_air_is_that_of_the_encoded_message() -> None:
    village = Village(("a", "b"))
    a, _ = village.connected()
    a.send(bytes(200), channel=1)
    village.run_s(10)
    expected_ms = village.channel.modulation.airtime_ms(16 + 8 + 200)
    assert village.channel.counters.airtime_ms["a"] == pytest.approx(expected_ms)


def test_who_has_another_key_sees_only_ciphertext() -> None:
    village = Village(("a", "b"), specs={"b": {"secondaries": (("meshnode", bytes(32)),)}})
    a, b = village.connected()
    a.send(b"secret", channel=1)
    village.run_s(5)
    (packet,) = packets(b.read())
    assert packet.HasField("encrypted")
    assert b"secret" not in packet.encrypted


def test_a_channel_that_is_not_there_is_refused() -> None:
    phone = Village(("a",)).connected()[0]
    phone.send(b"x", packet_id=5, channel=4)
    messages = phone.read()
    assert statuses(messages) == [(6, 5)]
    assert errors(messages) == [(6, 5)]


def test_a_packet_without_a_message_is_refused() -> None:
    phone = Village(("a",)).connected()[0]
    phone.write(mesh_pb2.ToRadio(packet=mesh_pb2.MeshPacket(id=5, to=BROADCAST)))
    messages = phone.read()
    assert statuses(messages) == [(32, 5)]
    assert errors(messages) == []


def test_too_large_is_refused_with_status_and_routing_error() -> None:
    phone = Village(("a",)).connected()[0]
    phone.send(bytes(232), packet_id=5, channel=1)
    messages = phone.read()
    assert statuses(messages) == [(7, 5)]
    assert errors(messages) == [(7, 5)]
    phone.send(bytes(231), packet_id=6, channel=1)
    assert statuses(phone.read()) == [(0, 6)]


def test_what_does_not_fit_the_buffers_of_the_firmware_is_ignored_without_a_word() -> None:
    phone = Village(("a",)).connected()[0]
    phone.send(bytes(234), packet_id=5, channel=1)
    assert phone.read() == []
    phone.send(bytes(233), packet_id=5, channel=1)
    assert statuses(phone.read()) == [(7, 5)]


def test_a_packet_for_clients_only_does_not_go_on_the_air() -> None:
    village = Village(("a", "b"))
    phone = village.connected()[0]
    phone.send(b"x", packet_id=5, to=1, channel=1)
    assert statuses(phone.read()) == [(35, 5)]
    village.run_s(5)
    assert village.channel.counters.frames == 0


def test_the_duty_limit_is_told_three_ways() -> None:
    village = Village(("a", "b"))
    phone = village.connected()[0]
    for packet_id in range(1, 400):
        phone.send(bytes(231), packet_id=packet_id, channel=1)
        village.run_s(4)
        messages = phone.read()
        if statuses(messages) != [(0, packet_id)]:
            break
    assert statuses(messages) == [(9, packet_id)]
    assert errors(messages) == [(9, packet_id)]
    (notification,) = [
        each.clientNotification for each in messages if each.clientNotification.message
    ]
    assert notification.reply_id == packet_id
    assert notification.message.startswith("Duty cycle limit exceeded. You can send again in ")
    assert notification.message.endswith(" mins")
    assert village.channel.counters.airtime_ms["a"] == pytest.approx(360_000, rel=0.01)


@pytest.mark.parametrize("spec", [{"region": None}])
def test_without_a_region_nothing_is_sent(spec: dict[str, object]) -> None:
    village = Village(("a", "b"), specs={"a": spec})
    a, _ = village.connected()
    a.send(b"x", packet_id=5, channel=1)
    village.run_s(5)
    messages = a.read()
    assert statuses(messages) == [(34, 5)]
    assert errors(messages) == []
    assert village.channel.counters.frames == 0


def test_a_repeated_packet_id_is_ignored_without_a_word() -> None:
    phone = Village(("a",)).connected()[0]
    phone.send(b"x", packet_id=5, channel=1)
    assert statuses(phone.read()) == [(0, 5)]
    phone.send(b"x", packet_id=5, channel=1)
    assert phone.read() == []
    for packet_id in range(100, 120):
        phone.send(b"x", packet_id=packet_id, channel=1)
        phone.read()
    phone.send(b"x", packet_id=5, channel=1)
    assert [packet_id for _, packet_id in statuses(phone.read())] == [5]


def test_a_heartbeat_is_answered_by_the_state_of_the_queue() -> None:
    phone = Village(("a",)).connected()[0]
    phone.write(mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat()))
    (message,) = phone.read()
    status = message.queueStatus
    assert (status.res, status.free, status.maxlen, status.mesh_packet_id) == (0, 16, 16, 0)


def test_a_full_queue_refuses_and_tells_when_there_is_space() -> None:
    village = Village(("a", "b"))
    phone = village.connected()[0]
    for packet_id in range(1, PLACES + 2):
        phone.send(bytes(100), packet_id=packet_id, channel=1)
        messages = phone.read()
    assert statuses(messages) == [(32, PLACES + 1)]
    assert messages[0].queueStatus.free == 0
    village.run_s(1.0)
    (message,) = phone.read()
    assert (message.queueStatus.mesh_packet_id, message.queueStatus.free) == (0, 1)
    village.run_s(2.0)
    assert phone.read() == [], "only the step from none to one is told"


def test_only_the_last_two_statuses_are_kept_for_a_slow_client() -> None:
    phone = Village(("a",)).connected()[0]
    for packet_id in (1, 2, 3):
        phone.send(b"x", packet_id=packet_id, channel=1)
    assert statuses(phone.read()) == [(0, 2), (0, 3)]


def test_texts_are_limited_to_one_in_two_seconds() -> None:
    village = Village(("a",))
    phone = village.connected()[0]
    phone.send(b"one", packet_id=1, port=TEXT)
    phone.send(b"two", packet_id=2, port=TEXT)
    messages = phone.read()
    assert statuses(messages) == [(0, 1), (0, 2)]
    assert errors(messages) == [(38, 2)]
    village.run_s(2)
    phone.send(b"three", packet_id=3, port=TEXT)
    assert errors(phone.read()) == []


def test_without_a_client_the_first_packets_are_kept_and_the_later_lost() -> None:
    village = Village(("a", "b"))
    a, b = village.phones.values()
    a.connect()
    for number in range(40):
        a.send(bytes([number]), packet_id=1 + number, channel=1)
        village.run_s(3)
    kept = payloads(b.connect())
    assert kept == [bytes([number]) for number in range(32)]


def test_without_a_client_the_newest_texts_are_kept() -> None:
    village = Village(("a", "b"))
    a, b = village.phones.values()
    a.connect()
    for number in range(40):
        a.send(bytes([number]), packet_id=1 + number, port=TEXT)
        village.run_s(3)
    assert payloads(b.connect()) == [bytes([number]) for number in range(8, 40)]


def test_want_ack_raises_no_hops_to_the_default_and_a_relay_acknowledges() -> None:
    village = Village(("a", "b"))
    a, b = village.connected()
    a.send(b"x", packet_id=9, channel=1, want_ack=True)
    village.run_s(10)
    (packet,) = packets(b.read())
    assert packet.hop_start == 3
    assert not packet.want_ack, "broadcasts never ask for it on the air"
    messages = a.read()
    assert errors(messages) == [(0, 9)]
    (ack,) = packets(messages)
    assert getattr(ack, "from") == ack.to == 0x1001, "an implicit one comes from ourselves"
    assert village.channel.counters.frames == 2


def test_nobody_in_range_means_three_tries_and_an_error() -> None:
    village = Village(("a", "b"))
    village.channel.cut(["a"], ["b"])
    a, _ = village.connected()
    a.send(b"x", packet_id=9, channel=1, want_ack=True)
    village.run_s(60)
    assert village.channel.counters.frames == 3
    assert errors(a.read()) == [(5, 9)]


def test_a_direct_message_is_acknowledged_by_its_receiver() -> None:
    village = Village(("a", "b", "c"))
    a, b, c = village.connected()
    a.send(b"for b", packet_id=9, to=0x1002, channel=1, want_ack=True)
    village.run_s(20)
    assert payloads(b.read()) == [b"for b"]
    assert payloads(c.read()) == []
    messages = a.read()
    assert errors(messages)[-1] == (0, 9)
    assert getattr(packets(messages)[-1], "from") == 0x1002


def test_a_direct_message_is_for_its_receiver_alone() -> None:
    village = Village(("a", "b", "c"))
    a, b, _ = village.connected()
    overheard: list[AirPacket] = []
    forward = village.phones["c"].firmware.radio.on_packet
    village.phones["c"].firmware.radio.on_packet = lambda air, snr: (
        overheard.append(air),
        forward(air, snr),
    )[1]
    a.send(b"for b", packet_id=9, to=0x1002, channel=1)
    village.run_s(20)
    (packet,) = packets(b.read())
    assert packet.pki_encrypted
    assert packet.public_key == a.firmware.device.owner.public_key
    assert packet.channel == 0
    (air,) = overheard
    assert air.channel_hash == 0
    assert len(air.body) == 3 + 2 + 5 + 2 + 12
    assert b"for b" not in air.body


def test_a_direct_message_has_twelve_bytes_less_room() -> None:
    village = Village(("a", "b"))
    phone = village.connected()[0]
    phone.send(bytes(220), packet_id=5, to=0x1002)
    messages = phone.read()
    assert statuses(messages) == errors(messages) == [(7, 5)]
    phone.send(bytes(219), packet_id=6, to=0x1002)
    assert statuses(phone.read()) == [(0, 6)]


def test_a_direct_message_to_a_stranger_is_refused() -> None:
    village = Village(("a", "b"), acquainted=False)
    phone = village.connected()[0]
    phone.send(b"x", packet_id=5, to=0x1002)
    messages = phone.read()
    assert statuses(messages) == errors(messages) == [(39, 5)]
    phone.send(b"x", packet_id=6, pki_encrypted=True)
    messages = phone.read()
    assert statuses(messages) == errors(messages) == [(34, 6)], "not for a broadcast"


def test_who_does_not_know_the_sender_says_so() -> None:
    village = Village(("a", "b"))
    a, b = village.connected()
    b.firmware.device.nodes.clear()
    a.send(b"x", packet_id=5, to=0x1002, want_ack=True)
    village.run_s(10)
    (packet,) = packets(b.read())
    assert packet.HasField("encrypted")
    assert errors(a.read())[-1] == (35, 5)


def test_a_text_for_one_on_the_channel_is_rejected_as_the_firmware_does() -> None:
    village = Village(("a", "b"))
    a, b = village.connected()
    key = a.firmware.device.channels.key_at(0)
    assert key is not None
    data = mesh_pb2.Data(portnum=TEXT, payload=b"forged")
    body = encrypted(key.key, 0x1001, 5, data.SerializeToString())
    forged = AirPacket(sender=0x1001, id=5, to=0x1002, body=body, channel_hash=key.hash)
    a.firmware.radio.submit(forged, priority=64)
    village.run_s(5)
    (packet,) = packets(b.read())
    assert packet.HasField("encrypted")


def test_a_request_that_nobody_answers_gets_an_error_over_the_air() -> None:
    village = Village(("a", "b"))
    a, _ = village.connected()
    packet = mesh_pb2.MeshPacket(id=9, to=0x1002, channel=1)
    packet.decoded.portnum = portnums_pb2.PRIVATE_APP
    packet.decoded.want_response = True
    a.write(mesh_pb2.ToRadio(packet=packet))
    village.run_s(10)
    messages = a.read()
    assert errors(messages) == [(8, 9)]
    assert packets(messages)[0].hop_start == 0, "who asks its neighbours is answered by them"
    assert village.channel.counters.frames == 2


@pytest.mark.parametrize(
    ("mode", "port", "key", "is_relayed"),
    [
        ("ALL", 256, bytes(range(1, 33)), True),
        ("ALL", 256, bytes(32), True),
        ("CORE_PORTNUMS_ONLY", 256, bytes(range(1, 33)), False),
        ("CORE_PORTNUMS_ONLY", 1, bytes(range(1, 33)), True),
        ("CORE_PORTNUMS_ONLY", 256, bytes(32), True),
        ("LOCAL_ONLY", 256, bytes(32), False),
        ("LOCAL_ONLY", 256, bytes(range(1, 33)), True),
        ("NONE", 1, bytes(range(1, 33)), False),
    ],
)
def test_relays_honour_the_rebroadcast_mode(
    mode: str, port: int, key: bytes, is_relayed: bool
) -> None:
    spec = {"rebroadcast_mode": mode, "secondaries": (("meshnode", key),)}
    village = Village(("a", "b"), specs={"b": spec})
    a, _ = village.connected()
    a.send(b"x", port=port, channel=1, hop_limit=3)
    village.run_s(20)
    assert village.channel.counters.frames == 1 + is_relayed


def ask(phone: Phone, **request: object) -> admin_pb2.AdminMessage:
    phone.admin(admin_pb2.AdminMessage(**request), packet_id=4711)
    (reply,) = packets(phone.read())
    assert reply.decoded.request_id == 4711
    return admin_pb2.AdminMessage.FromString(reply.decoded.payload)


def test_a_client_can_ask_for_every_part_of_the_configuration() -> None:
    village = Village(("a",))
    phone = village.connected()[0]
    assert ask(phone, get_owner_request=True).get_owner_response.long_name == "Radio a"
    phone = village.connected()[0]
    for number in admin_pb2.AdminMessage.ConfigType.values():
        phone.connect()
        reply = ask(phone, get_config_request=number)
        assert reply.get_config_response.WhichOneof("payload_variant") is not None
        assert reply.session_passkey
    for number in admin_pb2.AdminMessage.ModuleConfigType.values():
        phone.connect()
        reply = ask(phone, get_module_config_request=number)
        assert reply.get_module_config_response.WhichOneof("payload_variant") is not None
    phone.connect()
    assert ask(phone, get_channel_request=2).get_channel_response.settings.name == "meshnode"
    phone.connect()
    metadata = ask(phone, get_device_metadata_request=True).get_device_metadata_response
    assert metadata.firmware_version == "2.7.26"


def test_an_answer_of_the_radio_brings_a_status_of_its_own() -> None:
    phone = Village(("a",)).connected()[0]
    phone.admin(admin_pb2.AdminMessage(get_owner_request=True), packet_id=12)
    messages = phone.read()
    (reply,) = packets(messages)
    assert statuses(messages) == [(0, 12), (0, reply.id)]


def test_setting_a_region_makes_the_radio_send_after_a_reboot() -> None:
    village = Village(("a", "b"), specs={"a": {"region": None}})
    a, b = village.connected()
    config = config_pb2.Config()
    config.lora.CopyFrom(a.firmware.device.config.lora)
    config.lora.region = config_pb2.Config.LoRaConfig.EU_868
    reboots: list[str] = []
    a.firmware.on_reboot = lambda: reboots.append("down")
    a.firmware.on_boot = lambda: reboots.append("up")
    a.admin(admin_pb2.AdminMessage(set_config=config))
    assert errors(a.read()) == [(0, 1)]
    village.run_s(7.5)
    assert reboots == ["down"]
    assert not a.firmware.is_up
    assert not a.firmware.has_session
    village.run_s(BOOT_MS / 1000)
    assert reboots == ["down", "up"]
    a.connect()
    a.send(b"hello", channel=1)
    village.run_s(5)
    assert payloads(b.read()) == [b"hello"]
    assert a.firmware.device.config.lora.tx_enabled


def test_settings_that_need_no_reboot_cause_none() -> None:
    village = Village(("a",))
    phone = village.connected()[0]
    config = config_pb2.Config()
    config.lora.CopyFrom(phone.firmware.device.config.lora)
    config.lora.hop_limit = 5
    config.lora.tx_enabled = False
    phone.admin(admin_pb2.AdminMessage(set_config=config))
    channel = channel_pb2.Channel(index=2, role=channel_pb2.Channel.SECONDARY)
    channel.settings.name = "extra"
    phone.admin(admin_pb2.AdminMessage(set_channel=channel), packet_id=2)
    village.run_s(30)
    assert phone.firmware.has_session
    assert phone.firmware.device.hop_limit == 5
    phone.read()
    phone.send(b"x", packet_id=3, channel=2)
    assert statuses(phone.read()) == [(34, 3)], "sending is switched off"


def test_a_transaction_is_put_into_force_at_its_end() -> None:
    village = Village(("a",))
    phone = village.connected()[0]
    config = config_pb2.Config()
    config.lora.CopyFrom(phone.firmware.device.config.lora)
    config.lora.modem_preset = config_pb2.Config.LoRaConfig.SHORT_FAST
    phone.admin(admin_pb2.AdminMessage(begin_edit_settings=True))
    phone.admin(admin_pb2.AdminMessage(set_config=config), packet_id=2)
    village.run_s(30)
    assert phone.firmware.is_up
    phone.admin(admin_pb2.AdminMessage(commit_edit_settings=True), packet_id=3)
    village.run_s(8)
    assert not phone.firmware.is_up
    village.run_s(5)
    assert phone.firmware.radio.modulation.spreading_factor == 7
    key = phone.firmware.device.channels.key_at(0)
    assert key is not None
    assert key.hash == 112, "the hash of ShortFast"


def test_what_a_client_asks_wrongly_is_refused() -> None:
    phone = Village(("a",)).connected()[0]
    for packet_id, request in enumerate(
        (
            admin_pb2.AdminMessage(get_channel_request=99),
            admin_pb2.AdminMessage(set_channel=channel_pb2.Channel(index=8)),
            admin_pb2.AdminMessage(set_owner=mesh_pb2.User(long_name="  ")),
        ),
        start=1,
    ):
        phone.admin(request, packet_id=packet_id)
        assert errors(phone.read()) == [(32, packet_id)]


def test_a_reboot_loses_queues_and_counters_but_not_the_settings() -> None:
    village = Village(("a", "b"))
    a, b = village.connected()
    for packet_id in range(1, 6):
        a.send(bytes(200), packet_id=packet_id, channel=1)
    village.run_s(5)
    b.firmware.reboot()
    a.firmware.device.owner.long_name = "kept"
    a.firmware.reboot()
    assert a.firmware.next_bytes() is None
    village.run_s(60)
    messages = a.connect()
    assert messages[2].node_info.user.long_name == "kept"
    assert packets(messages) == []
    assert packets(b.connect()) == []
    assert a.firmware.radio.air_tx_percent == 0.0
    assert a.firmware.radio.queue_free == PLACES


def test_a_serial_port_greets_with_rebooted_and_text() -> None:
    phone = Village(("a",)).phones["a"]
    phone.firmware.open()
    phone.firmware.greet()
    (message,) = phone.read()
    assert message.rebooted


def test_telemetry_tells_how_busy_the_channel_is() -> None:
    village = Village(("a", "b"), options=Options(announces=False))
    a, b = village.connected()
    a.send(bytes(231), channel=1)
    village.run_s(5)
    b.read()
    village.run_s(6)
    reports = [
        telemetry_pb2.Telemetry.FromString(each.decoded.payload)
        for each in packets(b.read())
        if each.decoded.portnum == portnums_pb2.TELEMETRY_APP
    ]
    metrics, stats = reports
    assert metrics.device_metrics.channel_utilization == pytest.approx(3.6, abs=0.1)
    assert metrics.device_metrics.air_util_tx == 0.0
    assert stats.local_stats.num_packets_rx == 1
    village.run_s(60)
    assert len(packets(b.read())) == 1, "counters come less often"


def test_telemetry_waits_until_the_client_takes_what_is_there() -> None:
    village = Village(("a", "b"), options=Options(announces=False))
    _, b = village.phones.values()
    village.run_s(3600)
    assert len(packets(b.connect())) == 2, "one DeviceMetrics, one LocalStats, from the start"


def test_strangers_introduce_themselves() -> None:
    village = Village(("a", "b"), options=Options(telemetry_ms=None), acquainted=False)
    a, b = village.connected()
    a.send(b"x", channel=1)
    village.run_s(100)
    assert a.firmware.device.nodes[0x1002].user.long_name == "Radio b"
    assert b.firmware.device.nodes[0x1001].user.long_name == "Radio a"
    names = [each for each in packets(a.read()) if each.decoded.portnum == 4]
    assert names
    assert {getattr(each, "from") for each in names} == {0x1002}


def test_a_client_can_have_the_name_announced_but_not_all_the_time() -> None:
    village = Village(("a", "b"))
    a, b = village.connected()
    for _ in range(3):
        a.write(mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat(nonce=1)))
        village.run_s(60)
    assert [each.decoded.portnum for each in packets(b.read())] == [portnums_pb2.NODEINFO_APP]
    village.run_s(600)
    a.write(mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat(nonce=1)))
    village.run_s(60)
    assert len(packets(b.read())) == 1


def test_the_same_seed_gives_the_same_conversation() -> None:
    runs = []
    for _ in range(2):
        village = Village(("a", "b", "c"), path=Path(loss=0.3), options=Options(), seed=5)
        phones = village.connected()
        for number in range(20):
            phones[number % 3].send(bytes(50), packet_id=1 + number, channel=1, hop_limit=2)
            village.run_s(7)
        runs.append([[each.SerializeToString() for each in phone.read()] for phone in phones])
    assert runs[0] == runs[1]


def test_quiet_radios_send_nothing_by_themselves() -> None:
    village = Village(("a", "b"), options=QUIET)
    village.connected()
    village.run_s(3600)
    assert village.channel.counters.frames == 0
