"""Capacity: slots, meet-ups, bookings and tickets that are never sold twice."""
