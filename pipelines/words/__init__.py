"""Result tables in sentences: estimate, interval, n, scale and window, as a clinician would say them."""
