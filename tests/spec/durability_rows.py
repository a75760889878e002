"""What a Then table shows of how long a course went on responding, from the warehouse."""

DURABILITY_ROWS = {
    "durability": (
        """
        select
            courses.course_id as course, durabilities.scale, rule, replace(standing, '_', ' ') as standing,
            start_minute / 1440.0 as "from day", left_minute / 1440.0 as "after",
            case when standing = 'responding' then coalesce(format('{:g}', right_minute / 1440.0), 'not lost') end
                as "by",
            replace(ending, '_', ' ') as ending, ending_minute / 1440.0 as "on", is_followed as followed
        from outcome.durabilities as durabilities inner join outcome.courses as courses using (course_key)
        """,
        ("rule", "scale"),
    ),
}
