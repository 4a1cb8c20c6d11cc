"""Signed deliveries to webhooks, with retries."""
