"""The catalog: products shared by all, the offers of suppliers, and what each costs whom."""
