"""The addresses of offers and requests."""
