"""The running node: events in, effects out."""
