"""The wire: everything that waits, listens or sends.

- `app`: the application that is put together from all parts; `uvicorn` serves it
- `dispatcher`: receives a request, lets the core handle it, remembers and sends what came of it
- `admin`: the control plane below `/__admin`; `journal`: the exchanges of every scope
- `webhooks`: signed deliveries, with retries; `proxy`: records a real service
- `reload`: changed documents and fixtures while serving; `clock`: each scope's time
- `state_file`: what is remembered, over restarts

Offers: app, dispatcher, journal.rows, journal.serialize, proxy.recorder, reload, uvicorn.
"""
