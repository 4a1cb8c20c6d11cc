"""ECMA 262 regular expressions: parse, translate, match in linear time, generate."""
