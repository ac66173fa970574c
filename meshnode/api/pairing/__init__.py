"""The addresses of phones."""
