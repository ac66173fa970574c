"""The terminal: what every command prints, asks, reads and how it fails."""
