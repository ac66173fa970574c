"""The addresses of check-ins, calls for help and modes."""
