"""Bulletins, official alerts, templates, and notices about them."""
