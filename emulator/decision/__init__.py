"""What to answer: preferences, triggers, behaviour, fixtures, examples, generated values."""
