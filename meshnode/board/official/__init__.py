"""Official alerts: what authorities publish, as alerts of ours and back."""
