"""What expressions of tools can ask of records: plain words, pages, and providers' languages."""
