"""Calls: check-ins, calls for help, and who looks after them."""
