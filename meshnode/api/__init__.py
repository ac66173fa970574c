"""HTTP for the command line, phones and kiosk pages."""
