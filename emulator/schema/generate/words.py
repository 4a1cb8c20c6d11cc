"""Small frozen word lists, enough that a response reads like data.

Addresses and domains are reserved for documentation (RFC 2606, RFC 5737, RFC 3849).
"""

FIRST_NAMES = (
    "Ada", "Alan", "Amara", "Barbara", "Carlos", "Chen", "Clara", "Dana", "Elena", "Farid",
    "Grace", "Hana", "Ivan", "Jun", "Karim", "Lena", "Linus", "Mei", "Nora", "Omar",
    "Priya", "Rosa", "Samir", "Tove", "Yuki",
)  # fmt: skip
LAST_NAMES = (
    "Adeyemi", "Berg", "Castillo", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Hopper",
    "Ivanova", "Jensen", "Kaya", "Kim", "Lovelace", "Moreau", "Nakamura", "Okafor", "Patel",
    "Rossi", "Silva", "Tanaka", "Turing", "Weber", "Yilmaz", "Zhang",
)  # fmt: skip
COMPANIES = (
    "Acme Corp", "Blue Harbor", "Cedar Labs", "Delta Works", "Evergreen Supply", "Fjord Systems",
    "Globex", "Initech", "Juniper Studio", "Lumen Logistics", "Northwind", "Umbra Analytics",
)  # fmt: skip
NOUNS = (
    "account", "archive", "atlas", "beacon", "bridge", "canvas", "cedar", "cloud", "compass",
    "delta", "ember", "falcon", "forest", "garden", "harbor", "horizon", "island", "lantern",
    "ledger", "meadow", "meridian", "orbit", "paper", "pixel", "planet", "prism", "quartz",
    "river", "signal", "summit", "thunder", "valley", "violet", "window",
)  # fmt: skip
ADJECTIVES = (
    "amber", "bright", "calm", "clear", "daily", "early", "fresh", "global", "golden", "light",
    "modern", "new", "open", "quick", "quiet", "rapid", "shared", "silver", "simple", "steady",
)  # fmt: skip
SENTENCES = (
    "The quarterly review is ready for comments.",
    "Please confirm the delivery before Friday.",
    "All items were checked and accepted.",
    "The import finished without errors.",
    "A short note about the next release.",
    "Thanks for the quick answer.",
    "The meeting moved to Tuesday morning.",
    "This entry was created for a test.",
)
CITIES = (
    "Amsterdam", "Barcelona", "Berlin", "Dublin", "Lisbon", "London", "Montreal", "Nairobi",
    "Oslo", "Paris", "Seattle", "Singapore", "Sydney", "Tokyo", "Toronto", "Vienna",
)  # fmt: skip
STREETS = ("Cedar Street", "Harbor Road", "High Street", "Mill Lane", "Park Avenue", "Station Way")
REGIONS = ("Bavaria", "California", "Catalonia", "New York", "Ontario", "Oregon", "Victoria")
COUNTRIES = (
    ("Australia", "AU"), ("Brazil", "BR"), ("Canada", "CA"), ("France", "FR"), ("Germany", "DE"),
    ("India", "IN"), ("Ireland", "IE"), ("Japan", "JP"), ("Kenya", "KE"), ("Netherlands", "NL"),
    ("Norway", "NO"), ("Spain", "ES"), ("United Kingdom", "GB"), ("United States", "US"),
)  # fmt: skip
CURRENCIES = ("EUR", "USD", "GBP", "JPY", "CAD", "AUD", "CHF", "SEK")
LANGUAGES = ("en", "de", "fr", "es", "nl", "ja", "pt", "sv")
LOCALES = ("en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "ja-JP", "pt-BR")
TIME_ZONES = ("UTC", "Europe/Berlin", "Europe/Paris", "America/New_York", "Asia/Tokyo")
STATUSES = ("active", "pending", "completed", "open", "closed", "draft")
MEDIA_TYPES = ("application/json", "text/plain", "image/png", "application/pdf", "text/csv")
EXTENSIONS = ("txt", "pdf", "png", "csv", "json")
JOBS = ("Engineer", "Product Manager", "Designer", "Analyst", "Support Lead", "Architect")
ROLES = ("admin", "member", "viewer", "editor", "owner")
DOMAINS = ("example.com", "example.org", "example.net")


def lower(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The texts in lower case."""
    return tuple(text.lower() for text in texts)
