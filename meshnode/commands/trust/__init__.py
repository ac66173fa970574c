"""Commands about who belongs, who may do what, and keys."""
