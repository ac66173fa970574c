"""Phones that were let in, and letting them in."""
