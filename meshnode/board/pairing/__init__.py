"""Pairing of phones with a node: what both sides compute. See docs/spec/pairing.md."""
