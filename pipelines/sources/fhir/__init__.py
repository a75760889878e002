"""FHIR R4: bundles and bulk exports become readings with dates, in memory only; see docs/fhir.md."""
