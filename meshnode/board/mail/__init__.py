"""What is sealed: private messages and circles."""
