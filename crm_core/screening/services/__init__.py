"""What changes: lists and their versions, the setting, screenings, decisions."""
