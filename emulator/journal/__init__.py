"""What was asked in each scope, what was answered, and why."""
