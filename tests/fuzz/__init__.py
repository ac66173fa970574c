"""Fuzzing of every decoder; see docs/fuzzing.md."""
