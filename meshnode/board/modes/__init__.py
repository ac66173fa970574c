"""Modes: how the neighbourhood fares, said by several who may, and what follows from it."""
