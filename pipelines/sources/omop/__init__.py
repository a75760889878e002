"""The OMOP source: tables of the OMOP common data model 5.4, as CSV or Parquet."""
