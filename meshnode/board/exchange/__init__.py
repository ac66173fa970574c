"""Exchange: offers, requests and lending, and the claims by which they come about."""
