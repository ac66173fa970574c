"""Commands about private messages and circles."""
