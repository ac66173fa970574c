"""What objects mean: for each kind its fields, its validation and its lifecycle, all pure."""
