"""Does it know when not to answer, and hold what it promises?"""
