"""What Then tables show of single infusions in the warehouse."""

INFUSION_VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "infusions": (
        """
        select
            courses.course_id as course, infusions.minute / 1440.0 as day, infusion_number as number,
            is_induction as induction, infusions.route, dissociation_score as dissociation,
            is_dissociation_contradicted as contradicted, stopped_early as "stopped early",
            case when len(adverse_events) = 0 then 'none' else array_to_string(adverse_events, ', ') end
                as "adverse events"
        from outcome.infusions as infusions inner join outcome.courses as courses using (course_key)
        """,
        (),
    ),
}
"""As WAREHOUSE_VIEWS in row_views.py."""
