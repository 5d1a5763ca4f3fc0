"""The append-only signed ledger: codec, chain, store, receipts, disclosure, verify."""
