"""Is the data fit to build on and to decide with?"""
