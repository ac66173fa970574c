"""Where objects live: SQLite, and an in-memory twin under the same contract tests."""
