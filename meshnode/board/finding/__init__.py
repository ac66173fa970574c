"""What a search looks at, and how words are compared."""
