"""Who gets a positive decision?"""
