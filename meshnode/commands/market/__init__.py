"""Commands about offers, requests, claims and lending."""
