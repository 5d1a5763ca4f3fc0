"""What can be measured, by its name on the command line."""

BIDS, FANOUT, VIEWERS, CLOSING, RESPONSE = "bids", "fanout", "viewers", "closing", "response"
PARTS = (BIDS, FANOUT, VIEWERS, CLOSING, RESPONSE)
