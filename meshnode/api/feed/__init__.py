"""The board for feed readers, calendars and paper."""
