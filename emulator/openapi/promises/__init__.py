"""What an API promises besides its schemas: resources and their life cycles, pages, repeats."""
