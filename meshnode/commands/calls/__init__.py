"""Commands about check-ins, calls for help and modes."""
