"""Pages of requests for quotation."""
