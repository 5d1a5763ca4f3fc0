"""How it looks: base templates, components, vendored assets, formatting tags, slots."""
