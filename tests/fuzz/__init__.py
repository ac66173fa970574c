"""Fuzzing of every decoder; `CONTRIBUTING.md` says how, docs/adr/0018 why like this."""
