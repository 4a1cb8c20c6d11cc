"""Country, city, currency, language and the like in one object: of one place."""

from collections.abc import Iterable
from typing import NamedTuple

from emulator.http.messages import Json
from emulator.mock.relations.draft import Draft
from emulator.schema.keywords import words
from emulator.schema.spelling import plain


class World(NamedTuple):
    """A city, and what goes with it; its phone number is kept free for fiction, if there is one."""

    city: str
    region: str
    country: str
    alpha2: str
    alpha3: str
    currency: str
    language: str
    zone: str
    postal: str
    phone: str


WORLD = tuple(
    World(*row.split("|"))
    for row in (
        "Seattle|Washington|United States|US|USA|USD|en|America/Los_Angeles|98101|+12025550143",
        "Portland|Oregon|United States|US|USA|USD|en|America/Los_Angeles|97201|+12025550117",
        "New York|New York|United States|US|USA|USD|en|America/New_York|10001|+12125550188",
        "London|England|United Kingdom|GB|GBR|GBP|en|Europe/London|SW1A 1AA|+442079460142",
        "Berlin|Berlin|Germany|DE|DEU|EUR|de|Europe/Berlin|10115|+493023125017",
        "Munich|Bavaria|Germany|DE|DEU|EUR|de|Europe/Berlin|80331|+498999998123",
        "Paris|Île-de-France|France|FR|FRA|EUR|fr|Europe/Paris|75001|+33199001234",
        "Amsterdam|North Holland|Netherlands|NL|NLD|EUR|nl|Europe/Amsterdam|1012 AB|",
        "Barcelona|Catalonia|Spain|ES|ESP|EUR|es|Europe/Madrid|08001|",
        "Lisbon|Lisbon|Portugal|PT|PRT|EUR|pt|Europe/Lisbon|1100-053|",
        "Dublin|Leinster|Ireland|IE|IRL|EUR|en|Europe/Dublin|D02 X285|",
        "Vienna|Vienna|Austria|AT|AUT|EUR|de|Europe/Vienna|1010|",
        "Rome|Lazio|Italy|IT|ITA|EUR|it|Europe/Rome|00118|",
        "Brussels|Brussels|Belgium|BE|BEL|EUR|nl|Europe/Brussels|1000|",
        "Helsinki|Uusimaa|Finland|FI|FIN|EUR|fi|Europe/Helsinki|00100|",
        "Oslo|Oslo|Norway|NO|NOR|NOK|no|Europe/Oslo|0150|",
        "Stockholm|Stockholm|Sweden|SE|SWE|SEK|sv|Europe/Stockholm|111 20|+46846500123",
        "Copenhagen|Hovedstaden|Denmark|DK|DNK|DKK|da|Europe/Copenhagen|1050|",
        "Zurich|Zurich|Switzerland|CH|CHE|CHF|de|Europe/Zurich|8001|",
        "Warsaw|Masovia|Poland|PL|POL|PLN|pl|Europe/Warsaw|00-001|",
        "Toronto|Ontario|Canada|CA|CAN|CAD|en|America/Toronto|M5H 2N2|+14165550123",
        "Montreal|Quebec|Canada|CA|CAN|CAD|fr|America/Toronto|H2Y 1C6|+15145550123",
        "São Paulo|São Paulo|Brazil|BR|BRA|BRL|pt|America/Sao_Paulo|01310-100|",
        "Mexico City|Mexico City|Mexico|MX|MEX|MXN|es|America/Mexico_City|06000|",
        "Sydney|New South Wales|Australia|AU|AUS|AUD|en|Australia/Sydney|2000|+61255501234",
        "Melbourne|Victoria|Australia|AU|AUS|AUD|en|Australia/Melbourne|3000|+61370101234",
        "Auckland|Auckland|New Zealand|NZ|NZL|NZD|en|Pacific/Auckland|1010|",
        "Tokyo|Tokyo|Japan|JP|JPN|JPY|ja|Asia/Tokyo|100-0001|",
        "Seoul|Seoul|South Korea|KR|KOR|KRW|ko|Asia/Seoul|04524|",
        "Singapore|Singapore|Singapore|SG|SGP|SGD|en|Asia/Singapore|018956|",
        "Mumbai|Maharashtra|India|IN|IND|INR|en|Asia/Kolkata|400001|",
        "Nairobi|Nairobi|Kenya|KE|KEN|KES|en|Africa/Nairobi|00100|",
        "Cape Town|Western Cape|South Africa|ZA|ZAF|ZAR|en|Africa/Johannesburg|8001|",
    )
)

#: What a member with one of these plain names says of a place; what tells most comes first.
_ROLES = (
    ("country", words("country countryname countrycode countryiso countryiso2 nation")),
    ("city", words("city town locality cityname addresscity")),
    ("zone", words("timezone tz timezoneid")),
    ("currency", words("currency currencycode defaultcurrency")),
    ("locale", words("locale localecode")),
    ("region", words("region province county stateprovince statename administrativearea")),
    ("state", words("state")),
    ("language", words("language lang languagecode")),
    ("postal", words("zip zipcode postalcode postcode postal")),
    ("phone", words("phone phonenumber mobile telephone tel mobilephone")),
)
_ROLE_OF = {name: role for role, names in _ROLES for name in names}
_ORDER = {role: number for number, (role, _) in enumerate(_ROLES)}
#: Only an object with one of these speaks of a place.
_TELLING = ("country", "city")
#: What several members must say before they can contradict one another.
_LEAST = 2

_BY_NAME: dict[tuple[str, str], World] = {}
for _each in WORLD:
    for _role, _text in (
        *(("country", name) for name in (_each.country, _each.alpha2, _each.alpha3)),
        ("city", _each.city),
        ("region", _each.region),
        ("state", _each.region),
        ("currency", _each.currency),
        ("zone", _each.zone),
    ):
        _BY_NAME.setdefault((_role, _text.lower()), _each)

Roles = tuple[tuple[str, str], ...]


def place_members(names: tuple[str, ...]) -> Roles:
    """The members of an object that speak of a place: (name, what it says), most telling first."""
    found = [(name, _ROLE_OF[plain(name)]) for name in names if plain(name) in _ROLE_OF]
    if len(found) < _LEAST or not any(role in _TELLING for _, role in found):
        return ()
    return tuple(sorted(found, key=lambda each: _ORDER[each[1]]))


def agree_on_place(draft: Draft, record: dict[str, Json], members: Roles, _: int) -> None:
    """Have them speak of one place: that which the request decided, or the first that is known."""
    pinned = draft.pinned_in(record)
    free: list[tuple[str, str]] = []
    said: dict[str, str] = {}
    for name, role in members:
        value = record[name]
        if value.__class__ is str:
            if name in pinned:
                said[role] = value.lower()
            else:
                free.append((name, role))
    if not free:
        return
    said = said or {role: record[name].lower() for name, role in free}
    for key in said.items():
        world = _BY_NAME.get(key)
        if world is not None:
            city = _BY_NAME.get(("city", said.get("city", "")))
            # A city may be in its country though that has a better known one.
            fits = city is not None and city.country == world.country
            _settle(draft, record, free, city if fits and city is not None else world)
            return


def _settle(
    draft: Draft, record: dict[str, Json], free: Iterable[tuple[str, str]], world: World
) -> None:
    """Have members speak of a place."""
    for name, role in free:
        old = record[name]
        new = _said(world, role, old)
        if new and new != old:
            draft.put(record, name, new)


def _said(world: World, role: str, old: str) -> str:
    """What a member says of a place, as it said it of another one."""
    if role == "country":
        code = world.alpha2 if len(old) == 2 else world.alpha3 if len(old) == 3 else world.country
        return code.lower() if old.islower() else code
    if role == "currency":
        return world.currency.lower() if old.islower() else world.currency
    if role == "locale":
        return f"{world.language}{old[2:3] or '-'}{world.alpha2}"
    if role == "state":
        role = "region"
    said: str = getattr(world, role)
    return said
