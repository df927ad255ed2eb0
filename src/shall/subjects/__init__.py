"""One file a kind of subject, named as `[subject] kind` is: what may be asked of it, and how its rows are read."""

from shall.subjects._roles import Asked, guessed, id_of, looked_for, notes_of

__all__ = ["Asked", "guessed", "id_of", "looked_for", "notes_of"]
