"""What lies in `fixtures/`: stored responses, triggers, tools and credentials, read at start."""
