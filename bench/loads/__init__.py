"""What runs in processes of its own: clients, and the bare server. Without Django."""
