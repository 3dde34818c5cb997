"""How the model compares with theory and with the record."""
