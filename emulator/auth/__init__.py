"""Who is asking: security schemes, credentials and tokens."""
