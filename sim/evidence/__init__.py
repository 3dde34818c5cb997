"""Evidence: what speaks for the model, and what against it."""
