"""Intake: reports sealed on the phone, opened only by those who may."""
