"""The dashboard: it reads published counts and shows them."""
