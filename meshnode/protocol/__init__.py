"""How objects travel: the pure core.

No clock, no randomness, no files, no asyncio: all of them come in as arguments. What a module
needs from outside is declared in `ports`, `events` and `effects`.
"""
