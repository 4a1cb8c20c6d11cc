"""Why a value breaks a schema, in words and in bounded work."""
