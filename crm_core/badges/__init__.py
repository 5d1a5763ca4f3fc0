"""What the operator checked of a company: told to everybody, and signed to be proven."""
