-- What a model made of one revision of one utterance; probabilities from 0 to 1. An inference about a person: it goes
-- with the words that it was made of.
CREATE TABLE IF NOT EXISTS earshot.utterance_scores
(
    tenant LowCardinality(String),
    conversation_id String,
    leg String,
    segment Int64,
    revision Int64,
    model LowCardinality(String),
    negative Float32,
    neutral Float32,
    positive Float32,
    anger Float32,
    offensive Float32,
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    log_topic LowCardinality(String),
    log_partition UInt32,
    log_offset Int64 CODEC(Delta, ZSTD(1)),
    logged_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    version UInt64,
    INDEX at_range at TYPE minmax GRANULARITY 4
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(logged_at)
ORDER BY (tenant, conversation_id, leg, segment, revision, model)
SETTINGS non_replicated_deduplication_window = 1000;

-- What a conversation was told of its customer, its agents and its topics, from other conversations: the last answer
-- for each subject. `tag_counts` belong to `tags` place by place; `earlier` is JSON.
CREATE TABLE IF NOT EXISTS earshot.history_answers
(
    tenant LowCardinality(String),
    conversation_id String,
    subject_kind LowCardinality(String),
    subject_id String,
    cause Int64,
    known_ms Int64 CODEC(Delta, ZSTD(1)),
    count UInt64,
    tags Array(LowCardinality(String)),
    tag_counts Array(UInt64),
    earlier String CODEC(ZSTD(3)),
    log_topic LowCardinality(String),
    log_partition UInt32,
    log_offset Int64 CODEC(Delta, ZSTD(1)),
    logged_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(logged_at)
ORDER BY (tenant, conversation_id, subject_kind, subject_id)
SETTINGS non_replicated_deduplication_window = 1000;
