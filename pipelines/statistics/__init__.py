"""Estimates from counts: numpy and scipy in, frozen arrays out, nothing of ours imported."""
