"""What ties the numbers of a pack to its released rows: each number by the place where it stands."""
