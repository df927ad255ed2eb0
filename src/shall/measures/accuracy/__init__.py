"""How often is it right, and how well does the score order the rows?"""
