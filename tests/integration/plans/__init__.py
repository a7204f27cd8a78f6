"""How much of tables that grow each statement reads."""
