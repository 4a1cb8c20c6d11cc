"""HTTP's values and grammars: no framework, and no word of OpenAPI.

- `messages`: requests, responses and event streams; `problems`: every reason to reject a request
- `cookies`, `media_types`, `multipart`, `percent`, `sse`, `rate_limits`: one grammar each
- `methods`: those that any server knows; `nearest`: the name that was meant
- `codings`: bodies as they are meant; `encode`: values as bytes of a media type
- `exact`: JSON with numbers of any size; `long_bodies`: how much of it is read
- `forwarding`: what a proxy does to a message
- `redaction` by name (`secret_names`; of texts, tables and XML in modules of their own) and
  `known_secrets` by value: what is shown or stored holds no secrets
- `targets`: where webhooks may be delivered; `units`: sizes and times as settings write them

Offers: codings, cookies, cors, encode, exact, forwarding, known_secrets, late, long_bodies,
media_types, messages, methods, multipart, nearest, percent, printable, problems, rate_limits,
redaction, secret_names, sse, targets, units.
"""
