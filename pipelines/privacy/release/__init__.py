"""What may leave the house together: cohorts, sites and columns of a whole pack, beside all that was sent before."""
