"""Regular expressions of ECMA 262: parse, translate for the validator, match, generate."""
