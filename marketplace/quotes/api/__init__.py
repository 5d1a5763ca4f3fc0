"""The API of requests for quotation."""
