"""Small frozen word lists, enough that a response reads like data.

Addresses and domains are reserved for documentation (RFC 2606, RFC 5737, RFC 3849).
"""

FIRST_NAMES = (
    "Ada", "Aisha", "Akira", "Alan", "Alice", "Amara", "Anders", "Anna", "Antonio", "Barbara",
    "Beatriz", "Ben", "Bruno", "Camille", "Carlos", "Cecilia", "Chen", "Clara", "Dana", "Daniel",
    "David", "Diego", "Dmitri", "Elena", "Emma", "Erik", "Farid", "Fatima", "Felix", "Freya",
    "Gabriel", "Giulia", "Grace", "Hana", "Hassan", "Helena", "Hugo", "Ines", "Isabel", "Ivan",
    "Jakub", "Jana", "Johan", "Jun", "Karim", "Kenji", "Laila", "Laura", "Lena", "Leo", "Linus",
    "Lucia", "Magnus", "Maria", "Marta", "Mateo", "Maya", "Mei", "Milan", "Mona", "Naomi", "Nils",
    "Nora", "Olga", "Omar", "Oscar", "Paula", "Pedro", "Petra", "Priya", "Rafael", "Ravi", "Rosa",
    "Ruth", "Samir", "Sara", "Simon", "Sofia", "Stefan", "Tariq", "Tomas", "Tove", "Vera", "Wei",
    "Yuki",
)  # fmt: skip
LAST_NAMES = (
    "Adeyemi", "Almeida", "Andersson", "Banerjee", "Bauer", "Becker", "Berg", "Bianchi",
    "Castillo", "Chen", "Costa", "Diallo", "Dimitrov", "Dubois", "Edwards", "Eriksen", "Evans",
    "Fernandez", "Fischer", "Fontaine", "Garcia", "Gonzalez", "Haddad", "Hansen", "Hoffmann",
    "Hopper", "Horvat", "Hussain", "Ito", "Ivanova", "Jensen", "Jovanovic", "Kaya", "Kim",
    "Kowalski", "Kumar", "Larsen", "Lefevre", "Lindgren", "Lopez", "Lovelace", "Mansour", "Marino",
    "Martin", "Mendes", "Mensah", "Meyer", "Morales", "Moreau", "Mueller", "Nakamura", "Nguyen",
    "Nielsen", "Novak", "Nowak", "Okafor", "Olsen", "Osei", "Papadopoulos", "Park", "Patel",
    "Pereira", "Peters", "Popescu", "Ramirez", "Richter", "Romano", "Rossi", "Sato", "Schmidt",
    "Schneider", "Shah", "Silva", "Singh", "Suzuki", "Tanaka", "Torres", "Turing", "Vasquez",
    "Virtanen", "Wagner", "Walker", "Weber", "Wong", "Yamamoto", "Yilmaz", "Zhang",
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
