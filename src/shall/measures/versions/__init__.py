"""What did another version of the model do better?"""
