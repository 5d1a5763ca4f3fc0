"""Who: people, companies, access, notifications."""
