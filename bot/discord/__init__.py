"""The Discord bot: the only code that knows discord.py."""
