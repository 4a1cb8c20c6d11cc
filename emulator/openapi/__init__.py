"""An OpenAPI document, and what its requests and responses owe it.

- `document`: files of any version, read, normalised to 3.1 and compiled into an `Api`
- `routing`: a method and path to an operation
- `security`: credentials, tokens and what an operation requires of them
- `validate`: requests and responses decoded and checked by their operation
- `write`: generated bodies of any media type
- `promises`: resources, pages and repeats that a document implies or a contract file declares
- `requests`: valid requests made for an operation
- `diff`: changes between two documents, and which of them break clients

Offers: diff.changes, diff.compare, document.augment, document.compile, document.fields,
document.load, document.model, document.servers, document.yaml12, promises.infer, promises.model,
promises.resources, promises.routes, requests.held_back, requests.make, requests.parts,
routing.router, security.check, security.credentials, validate.admit, validate.json_bodies,
validate.parameters, validate.request, validate.response, validate.xml, write.bodies,
write.content, write.headers.
"""
