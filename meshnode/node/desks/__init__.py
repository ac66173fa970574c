"""Desks: what a running node shows of the board, family by family."""
