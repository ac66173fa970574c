"""The addresses of slots, meet-ups and claims on them."""
