"""How questions are built, and what a follow-up leans on."""
