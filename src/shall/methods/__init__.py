"""Methods prepare, learn and adjust: given rows they return a part of a candidate subject. One file a method."""
