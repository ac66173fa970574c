"""The preset dictionary of text codec 1."""

from typing import Final

DICTIONARY_1: Final = b"Wasser"
