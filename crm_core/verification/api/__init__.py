"""The API's side of verification."""
