"""What a radio reports about itself to its client.

Source: meshtastic/firmware 2.7.26, `src/modules/Telemetry/DeviceTelemetry.cpp`.
"""

from typing import Final

from meshtastic.protobuf import telemetry_pb2

from meshnode.sim.radio import VirtualRadio

MAINS_POWERED: Final = 101
"""What the firmware says instead of a battery level when it hangs on USB."""


def device_metrics(radio: VirtualRadio, *, time_s: int) -> telemetry_pb2.Telemetry:
    """Return channel utilisation and own airtime, in per cent."""
    return telemetry_pb2.Telemetry(
        time=time_s,
        device_metrics=telemetry_pb2.DeviceMetrics(
            battery_level=MAINS_POWERED,
            voltage=5.0,
            channel_utilization=radio.channel_utilisation_percent,
            air_util_tx=radio.air_tx_percent,
            uptime_seconds=int(radio.uptime_ms // 1000),
        ),
    )


def local_stats(radio: VirtualRadio, *, time_s: int, nodes: int) -> telemetry_pb2.Telemetry:
    """Return the packet counters since boot."""
    counters = radio.counters
    return telemetry_pb2.Telemetry(
        time=time_s,
        local_stats=telemetry_pb2.LocalStats(
            uptime_seconds=int(radio.uptime_ms // 1000),
            channel_utilization=radio.channel_utilisation_percent,
            air_util_tx=radio.air_tx_percent,
            num_packets_tx=counters.tx,
            num_packets_rx=counters.rx + counters.rx_bad,
            num_packets_rx_bad=counters.rx_bad,
            num_online_nodes=nodes,
            num_total_nodes=nodes,
            num_rx_dupe=counters.rx_dupe,
            num_tx_relay=counters.tx_relay,
            num_tx_relay_canceled=counters.tx_relay_canceled,
            num_tx_dropped=counters.tx_dropped,
        ),
    )
