"""Synthetic exports of an invented program, and the generator that makes them."""
