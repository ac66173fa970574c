"""Commands that carry the board elsewhere: files, tables, paper."""
