"""Measuring the live auctions: ``bin/bench auctions``. See docs/performance.md."""
