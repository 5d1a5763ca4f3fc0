"""The API of accounts and their timelines."""
