"""What CAP's severities and categories are in our words.

Source: docs/spec/alerts.md section 3, which has the same tables; a test compares.
"""

from types import MappingProxyType
from typing import Final

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.official.warning import CapCategory, CapSeverity

SEVERITIES: Final = MappingProxyType(
    {
        CapSeverity.EXTREME: Severity.EXTREME,
        CapSeverity.SEVERE: Severity.SEVERE,
        CapSeverity.MODERATE: Severity.MINOR,
        CapSeverity.MINOR: Severity.MINOR,
        CapSeverity.UNKNOWN: Severity.MINOR,
    }
)
"""`Moderate` does not overtake others on the air: most weather warnings are no worse."""

CATEGORIES: Final = MappingProxyType(
    {
        CapCategory.GEO: "safety",
        CapCategory.MET: "weather",
        CapCategory.SAFETY: "safety",
        CapCategory.SECURITY: "safety",
        CapCategory.RESCUE: "safety",
        CapCategory.FIRE: "safety",
        CapCategory.HEALTH: "health",
        CapCategory.ENV: "safety",
        CapCategory.TRANSPORT: "transport",
        CapCategory.INFRA: "general",
        CapCategory.CBRNE: "safety",
        CapCategory.OTHER: "general",
    }
)

CAP_SEVERITIES: Final = MappingProxyType(
    {
        Severity.EXTREME: CapSeverity.EXTREME,
        Severity.SEVERE: CapSeverity.SEVERE,
        Severity.MINOR: CapSeverity.MODERATE,
        Severity.INFO: CapSeverity.MINOR,
    }
)
"""The way back, for what is exported."""

CAP_CATEGORIES: Final = MappingProxyType(
    {
        "general": CapCategory.OTHER,
        "water": CapCategory.INFRA,
        "power": CapCategory.INFRA,
        "heat": CapCategory.INFRA,
        "food": CapCategory.OTHER,
        "health": CapCategory.HEALTH,
        "shelter": CapCategory.RESCUE,
        "transport": CapCategory.TRANSPORT,
        "safety": CapCategory.SAFETY,
        "communication": CapCategory.INFRA,
        "event": CapCategory.OTHER,
        "lost-found": CapCategory.OTHER,
        "help": CapCategory.RESCUE,
        "weather": CapCategory.MET,
        "other": CapCategory.OTHER,
    }
)
"""A category of somebody's own is `Other`."""
