"""Plain pages: the board as HTML that needs no script, and the screen in the hall."""
