"""Which documented answers can be had and are valid, and which of them a user's tests have met."""
