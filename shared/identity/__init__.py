"""Who is calling: tokens, roles, what each may see."""
