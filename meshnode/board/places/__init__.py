"""Places: what has an address and a host, and how full it is."""
