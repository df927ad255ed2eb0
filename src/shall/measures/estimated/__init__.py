"""How good is it likely to be, before the labels come?"""
