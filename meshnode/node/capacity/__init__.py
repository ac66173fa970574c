"""Selling: what this node books out of the units that it owns."""
