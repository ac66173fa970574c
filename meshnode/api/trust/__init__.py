"""The addresses of the community: who is who, signed objects, sealed messages, joining."""
