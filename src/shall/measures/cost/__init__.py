"""What does it cost: time, size, rows?"""
