"""Rules that judge a single exchange, whoever made it."""
