"""The API's side of documents."""
