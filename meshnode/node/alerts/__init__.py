"""Official alerts from feeds."""
