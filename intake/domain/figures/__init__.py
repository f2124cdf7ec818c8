"""Figures: what is counted, and how it is shown so that no small count can be worked out from it."""
