"""Auction, seat, ledger, attempts, snapshot."""
