"""Finds the consultant whose knowledge fits a question, and holds the text encoder that the bot shares."""
