"""What a buyer may want to look at after a close: signs of bidders who do not compete."""
