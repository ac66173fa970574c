"""Commands about the node itself, and the simulator."""
