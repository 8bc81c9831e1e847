from policy.readings.case import Reading
READINGS: tuple[Reading, ...] = ()
