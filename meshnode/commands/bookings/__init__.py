"""Commands about what can be booked, joined and queued for."""
