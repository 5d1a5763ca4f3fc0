"""Who may do what: capabilities, actors, API tokens and socket tickets."""
