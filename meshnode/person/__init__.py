"""What a person's device does: it keeps their keys. Never imported by the daemon.

Commands build on it now, a phone's client has the same parts later.
"""
