"""Commands about bulletins, alerts, what is said about them, and finding things."""
