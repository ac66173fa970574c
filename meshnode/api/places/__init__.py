"""The addresses of places and levels."""
