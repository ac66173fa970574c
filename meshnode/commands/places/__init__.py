"""Commands about places and how full they are."""
