"""Does a score mean what it says?"""
