"""Values of JSON Schemas, drawn: valid, plausible, and the same for the same chance."""
