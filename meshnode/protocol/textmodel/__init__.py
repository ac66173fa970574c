"""Text codecs 2 and 3: German and English, predicted symbol by symbol and arithmetically coded.

Not for: choosing between codecs (`meshnode.protocol.text`); making models (`training/`).
Invariants: integers only, so every implementation writes the same bits; a released model and
the code that reads it never change. Source: docs/spec/text.md.
"""
