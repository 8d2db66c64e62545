-- How long each class of data is kept, counted from the log's clock (a sender's clock may be years off).
-- Run again whenever one of the figures or this file changes.
ALTER TABLE earshot.utterances MODIFY TTL toDateTime(logged_at) + toIntervalDay({transcriptDays:UInt32});
ALTER TABLE earshot.utterance_scores MODIFY TTL toDateTime(logged_at) + toIntervalDay({transcriptDays:UInt32});
ALTER TABLE earshot.history_answers MODIFY TTL toDateTime(logged_at) + toIntervalDay({conversationDays:UInt32});
ALTER TABLE earshot.conversation_facts MODIFY TTL toDateTime(logged_at) + toIntervalDay({conversationDays:UInt32});
ALTER TABLE earshot.standing_sets MODIFY TTL toDateTime(logged_at) + toIntervalDay({alertDays:UInt32});
ALTER TABLE earshot.finding_assertions MODIFY TTL toDateTime(logged_at) + toIntervalDay({alertDays:UInt32});
ALTER TABLE earshot.finding_assertions MODIFY COLUMN evidence String CODEC(ZSTD(3)) TTL toDateTime(logged_at) + toIntervalDay({transcriptDays:UInt32});
ALTER TABLE earshot.alerts MODIFY TTL toDateTime(logged_at) + toIntervalDay({alertDays:UInt32});
ALTER TABLE earshot.alerts MODIFY COLUMN evidence String CODEC(ZSTD(3)) TTL toDateTime(logged_at) + toIntervalDay({transcriptDays:UInt32});
ALTER TABLE earshot.delivery_steps MODIFY TTL toDateTime(logged_at) + toIntervalDay({alertDays:UInt32});
ALTER TABLE earshot.dead_letters MODIFY TTL toDateTime(logged_at) + toIntervalDay({deadLetterDays:UInt32});
