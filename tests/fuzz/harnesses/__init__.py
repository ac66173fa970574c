"""One module a harness; each has a `HARNESS`."""
