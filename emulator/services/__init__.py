"""The built-in services, as plugins: each folder has a `plugin.py`; nothing else imports them."""
