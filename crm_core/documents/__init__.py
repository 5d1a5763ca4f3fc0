"""A company's documents: kept in versions, looked at before they are kept, shown to few."""
