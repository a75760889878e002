-- Cells in which the courses left out and those in the population are not all with a baseline.
-- Grain: cell_key
select cell_key, n_with_baseline, n_below_entry, n_baseline_zero, n_in_population
from published.baselines
where n_with_baseline <> n_below_entry + n_baseline_zero + n_in_population
