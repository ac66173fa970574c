"""What leaves the node on paper: sheets as PDF, and the pieces they are made of.

Not for: what stands on them (`api.entries`) or who asks (`commands`). Starts slowly; the command
line imports it inside the commands that print.
"""
