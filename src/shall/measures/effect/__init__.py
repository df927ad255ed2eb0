"""What does an action do?"""
