-- Readable scores of this import whose key the store already holds, and whether their values differ.
-- Grain: line
select
    readings.line,
    (readings.score, readings.items, readings.infusion_number)
    is distinct from (held.score, held.items, held.infusion_number) as is_contradiction
from accepted.score_readings as readings
inner join live.scores as held
    on
        readings.course_id = held.course_id
        and readings.scale = held.scale
        and readings.rater = held.rater
        and readings.minute = held.minute
        and readings.timing is not distinct from held.timing
where readings.rule is null
