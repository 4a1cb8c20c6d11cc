"""What templates of stubs know by name; `values` makes it."""

#: The functions of a stub's templates, and its variables beside those of every template.
FUNCTIONS = frozenset(
    (
        *("jsonPath", "parseJson", "formData", "base64", "randomValue", "randomInt"),
        *("randomDecimal", "date", "range", "each"),
    )
)
VARIABLES = frozenset(("request", "parameters"))
