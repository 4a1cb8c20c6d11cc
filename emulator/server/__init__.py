"""The wire: HTTP server, application, control plane, journal, webhooks, recording proxy."""
