"""As it should be."""

NAME = "fine"
