"""How far are predicted numbers from the truth?"""
